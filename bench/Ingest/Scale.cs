using System.CommandLine;
using Trainyard.Bench.Loads;
using Trainyard.Bench.Reporting;
using Trainyard.Contracts;

namespace Trainyard.Bench.Ingest;

/// <summary>The throughput and CPU cost of more replicas on one machine.</summary>
internal sealed class Scale : IBenchmark
{
    private const int Connections = 32;
    private const int EventsPerPost = 10;
    private static readonly string[] Services = [ResourceNames.Gateway, ResourceNames.EventIngest, ResourceNames.ExperimentStore];

    private readonly Option<int> seconds = BenchmarkOption.Number("--seconds", 20, "seconds for each number of replicas");
    private readonly Option<int[]> replicas = BenchmarkOption.Numbers("--replicas", "numbers of replicas", 1, 2, 4);

    public string Name => "scale";

    public string Summary => "events a second with 1, 2 and 4 replicas of event-ingest and experiment-store";

    public IEnumerable<Option> Options => [seconds, replicas];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromSeconds(options.GetValue(seconds));
        report.Columns(
            "replicas of ingest and store", "posts/s", "events/s", "p50 ms", "p99 ms", "refused", "µs of CPU an event: gateway",
            "ingest", "store");
        foreach (var number in options.GetRequiredValue(replicas))
        {
            await using var target = await IngestTarget.DistributedAsync(new(Ingest: number, Store: number, Workers: 1));
            await HttpLoad.RunAsync(target.Address, Connections, TimeSpan.FromSeconds(5), Post, perSecond: 0, cancellationToken);
            var before = Array.ConvertAll(Services, service => target.ProcessorTime(service));
            var load = await HttpLoad.RunAsync(target.Address, Connections, duration, Post, perSecond: 0, cancellationToken);
            var events = load.Requests * EventsPerPost;
            var spent = Services
                .Select((service, index) => (target.ProcessorTime(service) - before[index]).TotalMicroseconds / events)
                .ToArray();
            report.Row(
                number, load.PerSecond, load.PerSecond * EventsPerPost, load.Latencies.Percentile(50), load.Latencies.Percentile(99),
                load.Refused, spent[0], spent[1], spent[2]);

            ReadOnlyMemory<byte> Post(int connection, long sent) => HttpLoad.Post(target.Address, "/api/events/ml", Body(connection, sent));
        }
    }

    private static string Body(int connection, long sent)
    {
        var run = $"scale-{connection}";
        var events = Enumerable.Range(0, EventsPerPost).Select(index => sent * EventsPerPost + index).Select(step =>
            $$$"""{"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":{{{step}}}},"measurements":{"loss":0.5}}""");
        return $"[{string.Join(',', events)}]";
    }
}
