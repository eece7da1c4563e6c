using System.CommandLine;
using Trainyard.Bench.Ingest;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Live;

/// <summary>Many subscribers on many runs.</summary>
internal sealed class LiveFanout : IBenchmark
{
    private readonly Option<int> runs = BenchmarkOption.Number("--runs", 50, "runs that post");
    private readonly Option<int> updates = BenchmarkOption.Number("--updates", 20, "updates a second of each run");
    private readonly Option<int> clients = BenchmarkOption.Number("--clients", 200, "WebSocket clients");
    private readonly Option<int> seconds = BenchmarkOption.Number("--seconds", 15, "duration");
    private readonly Option<bool> all = new("--all") { Description = "subscribe each client to all runs" };
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "live-fanout";

    public string Summary => "200 WebSocket clients on 50 runs at 20 updates a second each: all current within 1 s, memory flat";

    public IEnumerable<Option> Options => [runs, updates, clients, seconds, all, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var number = options.GetValue(runs);
        Func<int, string> topic = options.GetValue(all) ? _ => "*" : client => PostLog.Name(client % number);
        var load = new LiveLoad(
            number, options.GetValue(clients), topic, number * options.GetValue(updates), TimeSpan.FromSeconds(options.GetValue(seconds)));
        LiveLoad.Columns(report);
        foreach (var start in SinglePosts.Targets(options))
        {
            await using var target = await start();
            await load.WarmUpAsync(target, cancellationToken);
            await load.RunAsync(target, report, cancellationToken);
        }
    }
}
