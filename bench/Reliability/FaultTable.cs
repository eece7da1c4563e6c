using System.CommandLine;
using Trainyard.Bench.Reporting;
using Trainyard.Harness;
using Trainyard.Harness.Faults;

namespace Trainyard.Bench.Reliability;

/// <summary>Injects every fault into the distributed system with default settings, and reports the effects.</summary>
internal sealed class FaultTable : IBenchmark
{
    private readonly Option<int> hold = BenchmarkOption.Number("--hold", 30, "seconds that a fault lasts");
    private readonly Option<string> only = BenchmarkOption.Text("--only", "", "inject only the faults whose names contain this");

    public string Name => "faults";

    public string Summary => "what senders and a training run notice of every fault; nothing may be lost";

    public IEnumerable<Option> Options => [hold, only];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (duration, text) = (TimeSpan.FromSeconds(options.GetValue(hold)), options.GetRequiredValue(only));
        await using var postgres = new PostgresServer { Durable = true };
        await using var rabbitMq = new RabbitMqServer();
        await using var redis = new RedisServer();
        await Task.WhenAll(new Server[] { postgres, rabbitMq, redis }.Select(server => server.InitializeAsync().AsTask()));
        await using var system = await StruckSystem.StartAsync(postgres, rabbitMq, redis);
        report.Note("Two replicas of event-ingest, experiment-store and trainer-worker.");
        report.Note($"Faults last {duration.TotalSeconds:0} s, pauses {2 * duration.TotalSeconds:0} s.");
        report.Columns(
            "fault", "what senders saw before they repeated it", "longest without a 202, s", "well again after s", "requests", "lost",
            "doubled", "run", "attempts", "readiness named");
        foreach (var fault in Fault.All.Where(fault => fault.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = await system.ObserveAsync(fault, duration);
            var refusals = result.Refusals
                .OrderBy(refusal => refusal.Key, StringComparer.Ordinal)
                .Select(refusal => $"{refusal.Value} × {refusal.Key}");
            report.Row(
                result.Fault,
                result.Refusals.Count == 0 ? "nothing" : string.Join(", ", refusals),
                result.LongestWait.TotalSeconds, result.Recovery.TotalSeconds, result.Accepted, result.Lost, result.Doubled,
                result.Run.Status, result.Run.Attempts,
                string.Join(", ", result.Complaints.Where(name => !name.Contains(':', StringComparison.Ordinal))));
        }
    }
}
