using System.Globalization;
using Trainyard.Bench.Reporting;
using Trainyard.Servers;
using Trainyard.Servers.Chaos;
using Trainyard.Servers.Faults;
using Trainyard.Servers.Processes;

namespace Trainyard.Bench.Chaos;

/// <summary>Lets random faults strike at random moments, and ends with exit code 1 when a promise was not kept.</summary>
internal sealed class ChaosCommand : IBenchmark
{
    public string Name => "chaos";

    public string Summary => "random faults under load, and a check of every request and answer: --minutes, --seed, --output";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (minutes, seed) = (options.Number("minutes", 5), options.Number("seed", 1));
        var name = string.Create(CultureInfo.InvariantCulture, $"seed-{seed}-{DateTime.UtcNow:MMdd-HHmmss}");
        var folder = options.Text("output", Repository.PathTo("artifacts", "chaos", name));
        await using var postgres = new PostgresServer { Durable = true };
        await using var rabbitMq = new RabbitMqServer();
        await using var redis = new RedisServer();
        await Task.WhenAll(new Server[] { postgres, rabbitMq, redis }.Select(server => server.InitializeAsync().AsTask()));
        await using var system = await StruckSystem.StartAsync(postgres, rabbitMq, redis, ChaosRun.Settings, smallDisk: true);
        report.Note($"{minutes} minutes, seed {seed}. Two replicas of event-ingest, experiment-store and trainer-worker.");
        report.Note($"History: {folder}/history.jsonl");
        report.Note(system.Disk is null
            ? "The disk is never full: no tmpfs could be mounted here."
            : "The artifacts lie on a tmpfs, which is filled at times.");
        var clock = SkewedClock.Find();
        report.Note(clock is null
            ? "Clocks are never skewed: libfaketime (Debian's package faketime) is not here."
            : "Clocks are skewed at times.");
        IReadOnlyList<ChaosFault> faults =
        [
            .. ChaosPlan.Faults,
            .. system.Disk is { } disk ? [ChaosPlan.FullDisk(disk)] : (ChaosFault[])[],
            .. clock is not null ? ChaosPlan.Skewed(clock) : [],
        ];

        var result = await ChaosRun.RunAsync(system, seed, TimeSpan.FromMinutes(minutes), faults, folder, report.Note);

        var answers = result.History.Tries.CountBy(one => one.Answer).ToDictionary();
        report.Columns(
            "faults", "requests", "accepted", "refused", "unknown", "outside runs", "points stored", "own runs", "their attempts", "violations");
        report.Row(
            result.History.Faults.Count, result.History.Tries.Count,
            answers.GetValueOrDefault(Answer.Accepted),
            answers.GetValueOrDefault(Answer.Refused),
            answers.GetValueOrDefault(Answer.Unknown),
            result.State.Outside.Count, result.State.Outside.Sum(run => run.Points.Count),
            result.State.Own.Count, result.State.Own.Sum(run => run.Attempt), result.Violations.Count);
        foreach (var violation in result.Violations)
        {
            report.Note($"VIOLATION: {violation.Rule}: {violation.What}");
        }
        Environment.ExitCode = result.Violations.Count == 0 ? 0 : 1;
    }
}
