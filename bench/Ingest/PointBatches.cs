using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Trainyard.Bench.Loads;
using Trainyard.Bench.Reporting;
using Trainyard.Harness.Processes;

namespace Trainyard.Bench.Ingest;

/// <summary>
/// Batches of metric events over HTTP, counted when they are stored, not when they are accepted. The rate is measured again each
/// time the number of stored points has grown tenfold.
/// </summary>
internal sealed class PointBatches : IBenchmark
{
    private const int CopiedRows = 500_000;

    private readonly Option<int> clients = BenchmarkOption.Number("--clients", 16, "clients that post");
    private readonly Option<int> seconds = BenchmarkOption.Number("--seconds", 10, "seconds for each measurement");
    private readonly Option<int> batch = BenchmarkOption.Number("--batch", 100, "events in a post");
    private readonly Option<int> measurements = BenchmarkOption.Number("--measurements", 1, "values of an event");
    private readonly Option<int[]> points = BenchmarkOption.Numbers(
        "--points", "stored points before each measurement", 100_000, 1_000_000, 10_000_000);
    private readonly Option<int> warm = BenchmarkOption.Number("--warm", 15, "seconds before the first measurement");
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "point-batches";

    public string Summary => "points stored through HTTP in batches of 100 events by 16 clients";

    public IEnumerable<Option> Options => [clients, seconds, batch, measurements, points, warm, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (senders, duration) = (options.GetValue(clients), TimeSpan.FromSeconds(options.GetValue(seconds)));
        var (size, series) = (options.GetValue(batch), options.GetValue(measurements));
        report.Columns("system", "points stored before", "stored/s", "of COPY", "refused", "p50 ms", "p99 ms", "last one stored after s");
        foreach (var start in SinglePosts.Targets(options))
        {
            await using var target = await start();
            using var client = new TrainyardClient(target.Address);
            var next = new long[senders];
            var before = await SendAsync(TimeSpan.FromSeconds(options.GetValue(warm)));
            foreach (var stored in options.GetRequiredValue(points))
            {
                while (before.Stored < stored)
                {
                    before = await SendAsync(TimeSpan.FromSeconds(5));
                }
                // Measure the limit beside each figure, because the machine's load varies.
                var copy = target.Database is { } database
                    ? await RawCopy.PerSecondAsync(database, CopiedRows, cancellationToken)
                    : (double?)null;
                var after = await SendAsync(duration);
                var rate = (after.Stored - before.Stored) / (after.Load.Elapsed + after.Behind).TotalSeconds;
                report.Row(
                    target.Name, before.Stored, rate, copy is { } limit ? $"{rate / limit:P0} of {limit:N0}" : "", after.Load.Refused,
                    after.Load.Latencies.Percentile(50), after.Load.Latencies.Percentile(99), after.Behind.TotalSeconds);
                before = after;
            }

            async Task<(LoadResult Load, long Stored, TimeSpan Behind)> SendAsync(TimeSpan time)
            {
                var load = await HttpLoad.RunAsync(target.Address, senders, time, Request, 0, cancellationToken);
                var ended = Stopwatch.GetTimestamp();
                var expected = next.Sum() * series - load.Refused * size * series;
                long stored;
                while ((stored = await StoredAsync(client, senders, series)) < expected)
                {
                    await Task.Delay(20, cancellationToken);
                }
                return (load, stored, Stopwatch.GetElapsedTime(ended));
            }

            ReadOnlyMemory<byte> Request(int sender, long sent) =>
                HttpLoad.Post(target.Address, "/api/events/ml", Body($"run-{sender}", ref next[sender], size, series));
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
