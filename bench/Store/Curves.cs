using Trainyard.Contracts.Events;

namespace Trainyard.Bench.Store;

/// <summary>Events of synthetic runs.</summary>
internal static class Curves
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static MetricsLogged Step(string run, long step, string[] series) => new()
    {
        EventId = Guid.NewGuid(),
        RunId = run,
        Time = Start.AddMilliseconds(10 * step),
        Step = step,
        Measurements = series.ToDictionary(name => name, _ => 10 / (1 + step / 1e5) + Math.Sin(step / 37.0), StringComparer.Ordinal),
    };

    /// <summary>A run of one long series, stored in large batches.</summary>
    public static async Task FillAsync(StoreTarget target, string run, long points, CancellationToken cancellationToken)
    {
        const int Batch = 10_000;
        for (var step = 0L; step < points; step += Batch)
        {
            var first = step;
            await target.StoreAsync(
                [.. Enumerable.Range(0, (int)Math.Min(Batch, points - first)).Select(index => Step(run, first + index, ["loss"]))],
                cancellationToken);
        }
    }
}
