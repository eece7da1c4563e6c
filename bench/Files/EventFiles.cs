using System.CommandLine;
using System.Diagnostics;
using Trainyard.Bench.Reporting;
using Trainyard.TensorBoard;

namespace Trainyard.Bench.Files;

/// <summary>Writes and reads TensorBoard's event files in memory: the cost of framing, checksums and messages, without a disk.</summary>
internal sealed class EventFiles : IBenchmark
{
    private const int Tags = 8;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Option<int> events = BenchmarkOption.Number("--events", 500_000, "events to write and to read");
    private readonly Option<int> rounds = BenchmarkOption.Number("--rounds", 5, "rounds, of which the best counts");

    public string Name => "tensorboard";

    public string Summary => "event files written and read in memory, the best of some rounds";

    public IEnumerable<Option> Options => [events, rounds];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (count, last) = (options.GetValue(events), options.GetValue(rounds));
        report.Columns("values", "bytes per event", "written/s", "read/s");
        foreach (var form in Enum.GetValues<ScalarForm>())
        {
            LogEvent[] logged = [.. Enumerable.Range(0, 1000).Select(step => LogEvent.Of(
                Start.AddMilliseconds(step), 1_000_000 + step, new ScalarValue($"train/layer_{step % Tags}/loss", step / 7.0, form)))];
            using var file = new MemoryStream(128 * count);
            var (writing, reading) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
            for (var round = 0; round <= last; round++)
            {
                var written = await WriteAsync(file, logged, count, cancellationToken);
                var read = await ReadAsync(file, count, cancellationToken);
                // The first round compiles.
                (writing, reading) = round == 0 ? (writing, reading) : (Min(writing, written), Min(reading, read));
            }
            report.Row(form, file.Length / (double)count, count / writing.TotalSeconds, count / reading.TotalSeconds);
        }
    }

    private static async Task<TimeSpan> WriteAsync(
        MemoryStream file, LogEvent[] events, int count, CancellationToken cancellationToken)
    {
        file.SetLength(0);
        var watch = Stopwatch.StartNew();
        await using var writer = new EventFileWriter(file, Start, leaveOpen: true);
        for (var index = 0; index < count; index++)
        {
            await writer.WriteAsync(events[index % events.Length], cancellationToken);
        }
        await writer.FlushAsync(cancellationToken);
        return watch.Elapsed;
    }

    private static async Task<TimeSpan> ReadAsync(MemoryStream file, int count, CancellationToken cancellationToken)
    {
        file.Position = 0;
        var watch = Stopwatch.StartNew();
        var read = await new EventFileReader(file).ReadAsync(cancellationToken).CountAsync(
            logEvent => logEvent.Values is [ScalarValue], cancellationToken);
        return read == count ? watch.Elapsed : throw new InvalidDataException($"{read} of {count} events were read back.");
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
