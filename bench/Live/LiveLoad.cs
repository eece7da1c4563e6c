using System.Diagnostics;
using System.Globalization;
using Trainyard.Bench.Ingest;
using Trainyard.Bench.Loads;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Live;

/// <param name="Runs">Runs that are posted to.</param>
/// <param name="Subscribers">WebSocket clients.</param>
/// <param name="Topic">What a client subscribes to.</param>
/// <param name="PerSecond">Points a second, one in each post.</param>
/// <param name="Duration">The length of the load.</param>
internal sealed record LiveLoad(int Runs, int Subscribers, Func<int, string> Topic, int PerSecond, TimeSpan Duration)
{
    private const int Connections = 64;

    public static void Columns(Report report) => report.Columns(
        "system", "subscribers", "posts/s", "refused", "messages/s", "p50 ms", "p95 ms", "p99 ms", "longest ms", "dropped",
        "current after ms", "memory MiB, growth");

    /// <summary>A short unmeasured run, so that JIT compilation and growing pools are not measured.</summary>
    public Task WarmUpAsync(IngestTarget target, CancellationToken cancellationToken) =>
        (this with { Duration = TimeSpan.FromSeconds(5) }).RunAsync(target, report: null, cancellationToken);

    /// <summary>Measures the time from just before each post until each subscriber has a message with it or something newer.</summary>
    public async Task RunAsync(IngestTarget target, Report? report, CancellationToken cancellationToken)
    {
        var posts = new PostLog(Runs, (int)(PerSecond / (double)Runs * (Duration.TotalSeconds + 5) * 2) + 100);
        var (staleness, clients) = (new Latencies(), new List<LiveClient>());
        try
        {
            for (var index = 0; index < Subscribers; index++)
            {
                clients.Add(new(posts, staleness));
                await clients[^1].SubscribeAsync(target.Address, Topic(index), cancellationToken);
            }
            var before = target.ResidentBytes();
            // Each connection has its own runs, so that a run's steps arrive in order.
            var load = await HttpLoad.RunAsync(
                target.Address, Math.Min(Connections, Runs), Duration, Request, PerSecond, cancellationToken);
            var ended = Stopwatch.GetTimestamp();
            while (!clients.Select((client, index) => client.IsCurrent(RunsOf(index))).All(current => current)
                && Stopwatch.GetElapsedTime(ended) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(5, cancellationToken);
            }
            var settled = Stopwatch.GetElapsedTime(ended).TotalMilliseconds;
            report?.Row(
                target.Name, Subscribers, load.PerSecond, load.Refused, clients.Sum(client => client.Messages) / load.Elapsed.TotalSeconds,
                staleness.Percentile(50), staleness.Percentile(95), staleness.Percentile(99), staleness.Percentile(100),
                clients.Count(client => client.Ended is not null), settled, (target.ResidentBytes() - before) / 1048576.0);
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }

        ReadOnlyMemory<byte> Request(int connection, long sent)
        {
            var connections = Math.Min(Connections, Runs);
            var own = (Runs - connection + connections - 1) / connections;
            var run = connection + (int)(sent % own) * connections;
            var (name, step) = (PostLog.Name(run), posts.Post(run));
            return HttpLoad.Post(target.Address, "/api/events/ml", string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"event":"ml.run.metric","trial_id":"{{{name}}}","measurements":{"loss":0.5},"metadata":{"step":{{{step}}}}}"""));
        }

        IEnumerable<string> RunsOf(int index) =>
            Topic(index) is not "*" and var run ? [run] : Enumerable.Range(0, Runs).Select(PostLog.Name);
    }
}
