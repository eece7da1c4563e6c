using System.Diagnostics;
using System.Globalization;
using System.Text;
using Trainyard.Bench.Loads;
using Trainyard.Bench.Reporting;
using Trainyard.Harness.Processes;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.Bench.Ingest;

/// <summary>
/// Batches of metric events over HTTP, counted when they are stored, not when they are accepted. The rate is measured again each
/// time the number of stored points has grown tenfold.
/// </summary>
internal sealed class PointBatches : IBenchmark
{
    private const int CopiedRows = 500_000;

    public string Name => "point-batches";

    public string Summary => "points stored through HTTP in batches of 100 events by 16 clients";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (clients, seconds) = (options.Number("clients", 16), options.Number("seconds", 10));
        var (batch, measurements) = (options.Number("batch", 100), options.Number("measurements", 1));
        var sizes = options.Numbers("points", 100_000, 1_000_000, 10_000_000);
        report.Columns("system", "points stored before", "stored/s", "of COPY", "refused", "p50 ms", "p99 ms", "last one stored after s");
        foreach (var start in SinglePosts.Targets(options))
        {
            await using var target = await start();
            using var client = new TrainyardClient(target.Address);
            var next = new long[clients];
            var before = await SendAsync(TimeSpan.FromSeconds(options.Number("warm", 15)));
            foreach (var size in sizes)
            {
                while (before.Stored < size)
                {
                    before = await SendAsync(TimeSpan.FromSeconds(5));
                }
                // Measure the limit beside each figure, because the machine's load varies.
                var copy = target.Database is { } database
                    ? await RawCopy.PerSecondAsync(database, CopiedRows, cancellationToken)
                    : (double?)null;
                var after = await SendAsync(TimeSpan.FromSeconds(seconds));
                var rate = (after.Stored - before.Stored) / (after.Load.Elapsed + after.Behind).TotalSeconds;
                report.Row(
                    target.Name, before.Stored, rate, copy is { } limit ? $"{rate / limit:P0} of {limit:N0}" : "", after.Load.Refused,
                    after.Load.Latencies.Percentile(50), after.Load.Latencies.Percentile(99), after.Behind.TotalSeconds);
                before = after;
            }

            async Task<(LoadResult Load, long Stored, TimeSpan Behind)> SendAsync(TimeSpan duration)
            {
                var load = await HttpLoad.RunAsync(target.Address, clients, duration, Request, 0, cancellationToken);
                var ended = Stopwatch.GetTimestamp();
                var expected = next.Sum() * measurements - load.Refused * batch * measurements;
                long stored;
                while ((stored = await StoredAsync(client, clients, measurements)) < expected)
                {
                    await Task.Delay(20, cancellationToken);
                }
                return (load, stored, Stopwatch.GetElapsedTime(ended));
            }

            ReadOnlyMemory<byte> Request(int sender, long sent) =>
                HttpLoad.Post(target.Address, "/api/events/ml", Body($"run-{sender}", ref next[sender], batch, measurements));
        }
    }

    private static string Body(string run, ref long step, int batch, int measurements)
    {
        var json = new StringBuilder("[", batch * (120 + measurements * 25));
        for (var index = 0; index < batch; index++, step++)
        {
            json.Append(index == 0 ? "" : ",");
            json.Append(
                CultureInfo.InvariantCulture,
                $$"""{"event":"ml.run.metric","trial_id":"{{run}}","metadata":{"step":{{step}}},"measurements":{""");
            for (var metric = 0; metric < measurements; metric++)
            {
                json.Append(metric == 0 ? "" : ",");
                json.Append(CultureInfo.InvariantCulture, $"\"m{metric}\":{(step * 31 + metric) % 1000 / 997.0:R}");
            }
            json.Append("}}");
        }
        return json.Append(']').ToString();
    }

    private static async Task<long> StoredAsync(TrainyardClient client, int runs, int measurements)
    {
        var stored = 0L;
        for (var run = 0; run < runs; run++)
        {
            var latest = await client.GetAsync($"/api/runs/run-{run}/metrics/latest");
            stored += latest["series"]?.AsArray().Take(measurements).Sum(series => series?["count"]?.GetValue<long>() ?? 0) ?? 0;
        }
        return stored;
    }
}
