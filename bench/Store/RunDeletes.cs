using System.CommandLine;
using System.Diagnostics;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Store;

/// <summary>Deletes a long run while another logs: duration, memory, and the delay of the other run.</summary>
internal sealed class RunDeletes : IBenchmark
{
    private readonly Option<int> points = BenchmarkOption.Number("--points", 6_500_000, "points of the run");
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "delete";

    public string Summary => "a run of 6,500,000 points is deleted while another run logs";

    public IEnumerable<Option> Options => [points, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var length = options.GetValue(points);
        report.Columns(
            "database", "points", "deleted in s", "points/s", "heap grew MB", "batches stored meanwhile", "p50 ms", "p99 ms", "longest ms");
        foreach (var start in StoreTarget.All(options))
        {
            await using var target = await start();
            await Curves.FillAsync(target, "long", length, cancellationToken);
            var (before, peak) = (GC.GetTotalMemory(forceFullCollection: true), 0L);
            var (latencies, started) = (new Latencies(), Stopwatch.GetTimestamp());
            var deletion = target.Http.DeleteAsync(new Uri("/api/runs/long?permanent=true", UriKind.Relative), cancellationToken);
            for (var step = 0L; !deletion.IsCompleted; step++)
            {
                var requested = Stopwatch.GetTimestamp();
                await target.StoreAsync([Curves.Step("other", step, ["loss", "accuracy"])], cancellationToken);
                latencies.AddSince(requested);
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
                await Task.Delay(5, cancellationToken);
            }
            (await deletion).EnsureSuccessStatusCode().Dispose();
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            report.Row(target.Name, length, seconds, length / seconds, (peak - before) / 1e6, latencies.Count,
                latencies.Percentile(50), latencies.Percentile(99), latencies.Percentile(100));
        }
    }
}
