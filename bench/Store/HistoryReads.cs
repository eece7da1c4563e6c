using System.CommandLine;
using System.Diagnostics;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Store;

/// <summary>The time to read a chart, whole and in part, as a series grows.</summary>
internal sealed class HistoryReads : IBenchmark
{
    private readonly Option<int> times = BenchmarkOption.Number("--times", 200, "reads of each chart");
    private readonly Option<int[]> points = BenchmarkOption.Numbers("--points", "lengths of the series", 100_000, 1_000_000, 10_000_000);
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "history";

    public string Summary => "a curve in 2,000 buckets over HTTP; p99 should be below 50 ms at 10,000,000 points";

    public IEnumerable<Option> Options => [times, points, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (repeats, random) = (options.GetValue(times), new Random(1));
        report.Columns("database", "points", "written points/s", "whole p50 ms", "whole p99 ms", "part p50 ms", "part p99 ms");
        foreach (var start in StoreTarget.All(options))
        {
            await using var target = await start();
            foreach (var length in options.GetRequiredValue(points))
            {
                var (run, started) = ($"run-{length}", Stopwatch.GetTimestamp());
                await Curves.FillAsync(target, run, length, cancellationToken);
                var rate = length / Stopwatch.GetElapsedTime(started).TotalSeconds;
                var (whole, part) = (new Latencies(), new Latencies());
                await ReadAsync("", new Latencies(), 20);
                await ReadAsync("", whole, repeats);
                for (var time = 0; time < repeats; time++)
                {
                    var (a, b) = (random.NextInt64(length), random.NextInt64(length));
                    await ReadAsync($"&from_step={Math.Min(a, b)}&to_step={Math.Max(a, b)}", part, 1);
                }
                report.Row(target.Name, length, rate, whole.Percentile(50), whole.Percentile(99), part.Percentile(50), part.Percentile(99));

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
