using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.RunFormats.Json;
using Trainyard.RunFormats.Points;

namespace Trainyard.RunFormats.Tests;

/// <summary>Runs and points with odd numbers and names.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly double[] OddValues =
        [0.1, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon];

    public static readonly string[] OddNames = ["loss", "a,\"b\"\nc\r\n€", "=HYPERLINK(\"x\")", "-x", "größe/✓ 😀", "half \ud83d"];

    public static ExportedRun Run(string id = "r", string? parameters = null, string? notes = null) => new(
        id, "größter Lauf ✓", RunStatus.Completed, "done", ErrorKind: null, ExperimentId: null, "job", SpectralNorm: true, parameters,
        notes, Noon, Noon.AddSeconds(1), Noon.AddHours(1), Step: 3, TotalSteps: 10, Epochs: 2, DurationMs: 12.5, "m",
        new Dictionary<string, double> { ["val"] = double.NaN }, [new(1, FromStep: null, Noon), new(2, 2, Noon.AddMinutes(1))])
    {
        Tags = new Dictionary<string, string> { ["ключ"] = "значение" },
    };

    /// <summary>A point per odd value; the last step is 2^53.</summary>
    public static SeriesPoints Series(string name = "loss", string run = "r") => new(run, name, SeriesPoints.Raw,
    [
        .. OddValues.Select((value, index) => new SeriesPoint(
            index, 1, index == OddValues.Length - 1 ? 1L << 53 : index, Microseconds(index) + 1, value)),
    ]);

    public static SeriesPoints Block(int first, int count) => new("r", "loss", SeriesPoints.Raw,
        [.. Enumerable.Range(first, count).Select(step => new SeriesPoint(step, 1, step, Microseconds(step), step / 3.0))]);

    /// <summary>Text as UTF-8 holds it: half a surrogate pair becomes U+FFFD.</summary>
    public static string Stored(string name) => name.Replace("\ud83d", "\ufffd", StringComparison.Ordinal)
        .Replace("\ufffd\ude00", "\ud83d\ude00", StringComparison.Ordinal);

    public static async Task<List<SourceEvent>> AllAsync(this RunReader reader) =>
        await reader.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    /// <summary>Reads to the fault.</summary>
    public static async Task<(List<SourceEvent> Before, InvalidRunFileException Fault)> RefusedAsync(this RunReader reader)
    {
        var before = new List<SourceEvent>();
        var fault = await Assert.ThrowsAsync<InvalidRunFileException>(async () =>
        {
            await foreach (var item in reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                before.Add(item);
            }
        });
        return (before, fault);
    }

    public static IEnumerable<(string Series, long Step, double Value)> Values(this IEnumerable<SourceEvent> events) =>
        from item in events
        where item.Event is MetricsLogged
        let metrics = (MetricsLogged)item.Event
        from entry in metrics.Measurements
        select (entry.Key, metrics.Step ?? -1, entry.Value);

    public static string Json(this RunEvent runEvent) =>
        JsonSerializer.Serialize(runEvent, Contracts.Json.WireJson.Options);

    public static void AssertSameBits(IEnumerable<double> expected, IEnumerable<double> actual) =>
        Assert.Equal(expected.Select(Bits), actual.Select(Bits));

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);

    private static long Microseconds(int index) => (Noon.AddSeconds(index) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
