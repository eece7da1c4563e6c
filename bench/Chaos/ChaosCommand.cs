using System.Globalization;
using Trainyard.Bench.Reporting;
using Trainyard.Harness;
using Trainyard.Harness.Chaos;
using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.Bench.Chaos;

/// <summary>Injects random faults at random moments, and exits with code 1 if a guarantee was violated.</summary>
internal sealed class ChaosCommand : IBenchmark
{
    public string Name => "chaos";

    public string Summary =>
        "random faults under load, and a check of every request and answer: "
        + "--standalone, --minutes, --seed, --output, --start-seconds, --readiness-seconds";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (minutes, seed, defaults) = (options.Number("minutes", 5), options.Number("seed", 1), ChaosLimits.Usual);
        var name = string.Create(CultureInfo.InvariantCulture, $"seed-{seed}-{DateTime.UtcNow:MMdd-HHmmss}");
        var folder = options.Text("output", Repository.PathTo("artifacts", "chaos", name));
        var limits = defaults with
        {
            Start = options.Seconds("start-seconds", (int)defaults.Start.TotalSeconds),
            Readiness = options.Seconds("readiness-seconds", (int)defaults.Readiness.TotalSeconds),
        };
        var settings = new ChaosSettings(seed, TimeSpan.FromMinutes(minutes), folder, limits);
        report.Note($"{minutes} minutes, seed {seed}.");
        report.Note($"History: {folder}/history.jsonl");
        var result = await (options.Has("standalone")
            ? StandaloneAsync(settings, report, cancellationToken)
            : DistributedAsync(settings, report, cancellationToken));
        Write(result, report);
        Environment.ExitCode = result.Violations.Count == 0 ? 0 : 1;
    }

    private static async Task<ChaosReport> StandaloneAsync(ChaosSettings settings, Report report, CancellationToken cancellationToken)
    {
        await using var system = await StruckStandalone.StartAsync(ChaosSettings.Standalone, settings.Limits.Start, smallDisk: true);
        report.Note("One Standalone, with backups at random moments.");
        var clock = ReportAbilities(system.Disk, "The data folder", report);
        return await ChaosRun.RunAsync(system, settings, StandaloneFaults.Of(system, clock), report.Note).WaitAsync(cancellationToken);
    }

    private static async Task<ChaosReport> DistributedAsync(ChaosSettings settings, Report report, CancellationToken cancellationToken)
    {
        await using var postgres = new PostgresServer { Durable = true };
        await using var rabbitMq = new RabbitMqServer();
        await using var redis = new RedisServer();
        await Task.WhenAll(new Server[] { postgres, rabbitMq, redis }.Select(server => server.InitializeAsync().AsTask()));
        await using var system = await StruckSystem.StartAsync(
            postgres, rabbitMq, redis, ChaosSettings.Distributed, smallDisk: true, settings.Limits.Start);
        report.Note("Two replicas of event-ingest, experiment-store and trainer-worker.");
        var clock = ReportAbilities(system.Disk, "The artifact folder", report);
        return await ChaosRun.RunAsync(system, settings, DistributedFaults.Of(system, clock), report.Note).WaitAsync(cancellationToken);
    }

    /// <summary>Reports which faults this machine can't inject; returns the skewed clock if there is one.</summary>
    private static SkewedClock? ReportAbilities(SmallDisk? disk, string folder, Report report)
    {
        var clock = SkewedClock.Find();
        report.Note(disk is null
            ? "No full-disk faults: a tmpfs could not be mounted."
            : $"{folder} is on a tmpfs, which is filled at times.");
        report.Note(clock is null
            ? "No clock faults: libfaketime (Debian's package faketime) is not installed."
            : "Clocks are skewed at times.");
        return clock;
    }

    private static void Write(ChaosReport result, Report report)
    {
        var answers = result.History.Tries.CountBy(request => request.Answer).ToDictionary();
        report.Columns(
            "faults", "backups", "backups taken", "requests", "accepted", "refused", "unknown", "outside runs", "points stored", "own runs",
            "their attempts", "violations");
        report.Row(
            result.History.Faults.Count,
            result.History.Backups.Count,
            result.History.Backups.Count(backup => backup.Succeeded),
            result.History.Tries.Count,
            answers.GetValueOrDefault(Answer.Accepted),
            answers.GetValueOrDefault(Answer.Refused),
            answers.GetValueOrDefault(Answer.Unknown),
            result.State.Outside.Count, result.State.Outside.Sum(run => run.Points.Count),
            result.State.Own.Count, result.State.Own.Sum(run => run.Attempt), result.Violations.Count);
        foreach (var violation in result.Violations)
        {
            report.Note($"VIOLATION: {violation.Rule}: {violation.What}");
        }
    }
}
