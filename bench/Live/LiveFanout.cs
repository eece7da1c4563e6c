using Trainyard.Bench.Ingest;
using Trainyard.Bench.Reporting;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.Bench.Live;

/// <summary>Many subscribers on many runs.</summary>
internal sealed class LiveFanout : IBenchmark
{
    public string Name => "live-fanout";

    public string Summary => "200 WebSocket clients on 50 runs at 20 updates a second each: all current within 1 s, memory flat";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (runs, perRun) = (options.Number("runs", 50), options.Number("updates", 20));
        // With --all 1 each client subscribes to all runs.
        Func<int, string> topic = options.Number("all", 0) == 1 ? _ => "*" : client => PostLog.Name(client % runs);
        var load = new LiveLoad(runs, options.Number("clients", 200), topic, runs * perRun, options.Seconds("seconds", 15));
        LiveLoad.Columns(report);
        foreach (var start in SinglePosts.Targets(options))
        {
            await using var target = await start();
            await load.WarmUpAsync(target, cancellationToken);
            await load.RunAsync(target, report, cancellationToken);
        }
    }
}
