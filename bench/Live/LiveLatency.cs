using System.CommandLine;
using Trainyard.Bench.Ingest;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Live;

/// <summary>The latency from a post to a subscriber.</summary>
internal sealed class LiveLatency : IBenchmark
{
    private readonly Option<int> runs = BenchmarkOption.Number("--runs", 64, "runs that post");
    private readonly Option<int> subscribers = BenchmarkOption.Number("--subscribers", 2, "WebSocket clients on all runs");
    private readonly Option<int> rate = BenchmarkOption.Number("--rate", 1000, "points a second");
    private readonly Option<int> seconds = BenchmarkOption.Number("--seconds", 15, "duration");
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "live";

    public string Summary => "from a post to the message on a WebSocket, at 1,000 points a second; p95 should be below 100 ms";

    public IEnumerable<Option> Options => [runs, subscribers, rate, seconds, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var load = new LiveLoad(
            options.GetValue(runs), options.GetValue(subscribers), _ => "*", options.GetValue(rate),
            TimeSpan.FromSeconds(options.GetValue(seconds)));
        LiveLoad.Columns(report);
        foreach (var start in SinglePosts.Targets(options))
        {
            await using var target = await start();
            await load.WarmUpAsync(target, cancellationToken);
            await load.RunAsync(target, report, cancellationToken);
        }
    }
}
