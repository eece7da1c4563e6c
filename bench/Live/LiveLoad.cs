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
/// <param name="Duration">How long.</param>
internal sealed record LiveLoad(int Runs, int Subscribers, Func<int, string> Topic, int PerSecond, TimeSpan Duration)
{
    private const int Connections = 64;

    public static void Columns(Report report) => report.Columns(
        "system", "subscribers", "posts/s", "refused", "messages/s", "p50 ms", "p95 ms", "p99 ms", "longest ms", "dropped", "current after ms", "memory MiB, growth");

    /// <summary>A short run before the one that counts, so that compiling and growing pools are not measured.</summary>
    public Task WarmUpAsync(IngestTarget target, CancellationToken cancellationToken) =>
        (this with { Duration = TimeSpan.FromSeconds(5) }).RunAsync(target, report: null, cancellationToken);

    /// <summary>Posts, and measures how long each subscriber does not know what was posted: from just before the post to the message that has it or something newer.</summary>
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
            // Each connection has runs of its own, so that a run's steps arrive in order.
            var load = await HttpLoad.RunAsync(target.Address, Math.Min(Connections, Runs), Duration, Request, PerSecond, cancellationToken);
            var ended = Stopwatch.GetTimestamp();
            while (!clients.Select((client, index) => client.IsCurrent(Heard(index))).All(current => current) && Stopwatch.GetElapsedTime(ended) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(5, cancellationToken);
            }
            var settled = Stopwatch.GetElapsedTime(ended).TotalMilliseconds;
            report?.Row(target.Name, Subscribers, load.PerSecond, load.Refused, clients.Sum(client => client.Messages) / load.Elapsed.TotalSeconds,
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
            return HttpLoad.Post(target.Address, "/api/events/ml", string.Create(CultureInfo.InvariantCulture,
                $$$"""{"event":"ml.run.metric","trial_id":"{{{PostLog.Name(run)}}}","measurements":{"loss":0.5},"metadata":{"step":{{{posts.Post(run)}}}}}"""));
        }

        IEnumerable<string> Heard(int index) => Topic(index) is not "*" and var one ? [one] : Enumerable.Range(0, Runs).Select(PostLog.Name);
    }
}
