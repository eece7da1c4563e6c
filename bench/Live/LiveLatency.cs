using Trainyard.Bench.Ingest;
using Trainyard.Bench.Reporting;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.Bench.Live;

/// <summary>The latency from a post to a subscriber.</summary>
internal sealed class LiveLatency : IBenchmark
{
    public string Name => "live";

    public string Summary => "from a post to the message on a WebSocket, at 1,000 points a second; p95 should be below 100 ms";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var load = new LiveLoad(
            options.Number("runs", 64), options.Number("subscribers", 2), _ => "*", options.Number("rate", 1000),
            options.Seconds("seconds", 15));
        LiveLoad.Columns(report);
        foreach (var start in SinglePosts.Targets(options))
        {
            await using var target = await start();
            await load.WarmUpAsync(target, cancellationToken);
            await load.RunAsync(target, report, cancellationToken);
        }
    }
}
