using Trainyard.Bench.Loads;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Ingest;

/// <summary>Each client posts one metric event at a time, as a naive training script does.</summary>
internal sealed class SinglePosts : IBenchmark
{
    public string Name => "single-posts";

    public string Summary => "single-event posts to /api/events/ml: the most a second, and the wait at half of 10,000/s";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (clients, duration) = (options.Number("clients", 64), options.Seconds("seconds", 15));
        report.Columns("system", "load", "events/s", "refused", "p50 ms", "p99 ms");
        foreach (var start in Targets(options))
        {
            await using var target = await start();
            var requests = Enumerable.Range(0, clients).Select(client => HttpLoad.Post(target.Address, "/api/events/ml",
                $$$"""{"event":"ml.run.metric","trial_id":"run-{{{client}}}","measurements":{"train_loss":0.5},"metadata":{"epoch":1}}""")).ToArray();
            await HttpLoad.RunAsync(target.Address, clients, TimeSpan.FromSeconds(5), Request, 0, cancellationToken);
            Row("as fast as answered", await HttpLoad.RunAsync(target.Address, clients, duration, Request, 0, cancellationToken));
            Row("5,000/s", await HttpLoad.RunAsync(target.Address, clients, duration, Request, 5000, cancellationToken));

            ReadOnlyMemory<byte> Request(int client, long sent) => requests[client];

            void Row(string load, LoadResult result) =>
                report.Row(target.Name, load, result.PerSecond, result.Refused, result.Latencies.Percentile(50), result.Latencies.Percentile(99));
        }
    }

    public static IEnumerable<Func<Task<IngestTarget>>> Targets(BenchmarkOptions options)
    {
        if (options.Includes("sqlite"))
        {
            yield return IngestTarget.StandaloneAsync;
        }
        if (options.Includes("postgres"))
        {
            yield return IngestTarget.DistributedAsync;
        }
    }
}
