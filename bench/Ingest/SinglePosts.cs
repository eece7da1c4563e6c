using System.CommandLine;
using Trainyard.Bench.Loads;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Ingest;

/// <summary>Each client posts one metric event at a time, as a naive training script does.</summary>
internal sealed class SinglePosts : IBenchmark
{
    private readonly Option<int> clients = BenchmarkOption.Number("--clients", 64, "clients that post");
    private readonly Option<int> seconds = BenchmarkOption.Number("--seconds", 15, "seconds for each load");
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "single-posts";

    public string Summary => "single-event posts to /api/events/ml: the maximum rate, and the latency at 5,000/s";

    public IEnumerable<Option> Options => [clients, seconds, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (senders, duration) = (options.GetValue(clients), TimeSpan.FromSeconds(options.GetValue(seconds)));
        report.Columns("system", "load", "events/s", "of a bare endpoint", "refused", "p50 ms", "p99 ms");
        foreach (var start in Targets(options))
        {
            await using var target = await start();
            // Measure the limit beside each figure, because the machine's load varies.
            await using var bare = await BareEndpoint.StartAsync();
            var limit = await PostAsync(bare.Address, 0);
            var maximum = await PostAsync(target.Address, 0);
            Row("as fast as answered", maximum, $"{maximum.PerSecond / limit.PerSecond:P0} of {limit.PerSecond:N0}");
            Row("5,000/s", await PostAsync(target.Address, 5000), "");

            async Task<LoadResult> PostAsync(Uri address, double perSecond)
            {
                var requests = Enumerable.Range(0, senders)
                    .Select(client => HttpLoad.Post(address, "/api/events/ml", Body(client)))
                    .ToArray();
                await RunAsync(TimeSpan.FromSeconds(5));
                return await RunAsync(duration);

                Task<LoadResult> RunAsync(TimeSpan time) =>
                    HttpLoad.RunAsync(address, senders, time, (client, _) => requests[client], perSecond, cancellationToken);
            }

            void Row(string load, LoadResult result, string share) =>
                report.Row(
                    target.Name, load, result.PerSecond, share, result.Refused,
                    result.Latencies.Percentile(50), result.Latencies.Percentile(99));
        }
    }

    private static string Body(int client) =>
        $$$"""{"event":"ml.run.metric","trial_id":"run-{{{client}}}","measurements":{"train_loss":0.5},"metadata":{"epoch":1}}""";

    public static IEnumerable<Func<Task<IngestTarget>>> Targets(ParseResult options)
    {
        if (options.Includes("sqlite"))
        {
            yield return IngestTarget.StandaloneAsync;
        }
        if (options.Includes("postgres"))
        {
            yield return () => IngestTarget.DistributedAsync();
        }
    }
}
