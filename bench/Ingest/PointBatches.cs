using System.Diagnostics;
using System.Globalization;
using System.Text;
using Trainyard.Bench.Loads;
using Trainyard.Bench.Reporting;
using Trainyard.Servers.Processes;

namespace Trainyard.Bench.Ingest;

/// <summary>Batches of metric events over HTTP, counted when they are stored, not when they are accepted.</summary>
internal sealed class PointBatches : IBenchmark
{
    public string Name => "point-batches";

    public string Summary => "points stored through HTTP in batches of 100 events";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (clients, duration) = (options.Number("clients", 16), options.Seconds("seconds", 15));
        var (batch, measurements) = (options.Number("batch", 100), options.Number("measurements", 1));
        report.Columns("system", "points accepted/s", "points stored/s", "refused", "p50 ms", "p99 ms", "last one stored after s");
        foreach (var start in SinglePosts.Targets(options))
        {
            await using var target = await start();
            var next = new long[clients];
            var result = await HttpLoad.RunAsync(target.Address, clients, duration, Request, 0, cancellationToken);
            var ended = Stopwatch.GetTimestamp();
            using var client = new TrainyardClient(target.Address);
            var expected = result.Requests * batch * measurements;
            while (await StoredAsync(client, clients, measurements) < expected)
            {
                await Task.Delay(100, cancellationToken);
            }
            var behind = Stopwatch.GetElapsedTime(ended);
            report.Row(target.Name, expected / result.Elapsed.TotalSeconds, expected / (result.Elapsed + behind).TotalSeconds, result.Refused,
                result.Latencies.Percentile(50), result.Latencies.Percentile(99), behind.TotalSeconds);

            ReadOnlyMemory<byte> Request(int client, long sent) =>
                HttpLoad.Post(target.Address, "/api/events/ml", Body($"run-{client}", ref next[client], batch, measurements));
        }
    }

    private static string Body(string run, ref long step, int batch, int measurements)
    {
        var json = new StringBuilder("[", batch * (120 + measurements * 25));
        for (var index = 0; index < batch; index++, step++)
        {
            json.Append(index == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""{"event":"ml.run.metric","trial_id":"{{run}}","metadata":{"step":{{step}}},"measurements":{""");
            for (var one = 0; one < measurements; one++)
            {
                json.Append(one == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"\"m{one}\":{(step * 31 + one) % 1000 / 997.0:R}");
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
