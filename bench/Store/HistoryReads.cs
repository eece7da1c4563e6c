using System.Diagnostics;
using Trainyard.Bench.Reporting;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.Bench.Store;

/// <summary>The time to read a chart, whole and in part, as a series grows.</summary>
internal sealed class HistoryReads : IBenchmark
{
    public string Name => "history";

    public string Summary => "a curve in 2,000 buckets over HTTP; p99 should be below 50 ms at 10,000,000 points";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (times, random) = (options.Number("times", 200), new Random(1));
        report.Columns("database", "points", "written points/s", "whole p50 ms", "whole p99 ms", "part p50 ms", "part p99 ms");
        foreach (var start in StoreTarget.All(options))
        {
            await using var target = await start();
            foreach (var points in options.Numbers("points", 100_000, 1_000_000, 10_000_000))
            {
                var (run, started) = ($"run-{points}", Stopwatch.GetTimestamp());
                await Curves.FillAsync(target, run, points, cancellationToken);
                var rate = points / Stopwatch.GetElapsedTime(started).TotalSeconds;
                var (whole, part) = (new Latencies(), new Latencies());
                await ReadAsync("", new Latencies(), 20);
                await ReadAsync("", whole, times);
                for (var time = 0; time < times; time++)
                {
                    var (a, b) = (random.NextInt64(points), random.NextInt64(points));
                    await ReadAsync($"&from_step={Math.Min(a, b)}&to_step={Math.Max(a, b)}", part, 1);
                }
                report.Row(target.Name, points, rate, whole.Percentile(50), whole.Percentile(99), part.Percentile(50), part.Percentile(99));

                async Task ReadAsync(string range, Latencies latencies, int repeated)
                {
                    for (var read = 0; read < repeated; read++)
                    {
                        var uri = new Uri($"/api/runs/{run}/metrics?keys=loss&max_points=2000{range}", UriKind.Relative);
                        var requested = Stopwatch.GetTimestamp();
                        await target.Http.GetByteArrayAsync(uri, cancellationToken);
                        latencies.AddSince(requested);
                    }
                }
            }
        }
    }
}
