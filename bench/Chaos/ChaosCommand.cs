using System.CommandLine;
using System.Globalization;
using Trainyard.Bench.Reporting;
using Trainyard.Harness;
using Trainyard.Harness.Chaos;
using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;

namespace Trainyard.Bench.Chaos;

/// <summary>Injects random faults at random moments, and exits with code 1 if a guarantee was violated.</summary>
internal sealed class ChaosCommand : IBenchmark
{
    private readonly Option<bool> standalone = new("--standalone") { Description = "one Standalone instead of the distributed system" };
    private readonly Option<int> minutes = BenchmarkOption.Number("--minutes", 5, "duration");
    private readonly Option<int> seed = BenchmarkOption.Number("--seed", 1, "chooses the faults and their moments");
    private readonly Option<string> output = new("--output") { HelpName = "FOLDER", Description = "folder of the history" };
    private readonly Option<int> startSeconds = BenchmarkOption.Number(
        "--start-seconds", (int)ChaosLimits.Usual.Start.TotalSeconds, "seconds in which a process must start");
    private readonly Option<int> readinessSeconds = BenchmarkOption.Number(
        "--readiness-seconds", (int)ChaosLimits.Usual.Readiness.TotalSeconds, "seconds in which a process must be ready");

    public string Name => "chaos";

    public string Summary => "random faults under load, and a check of every request and answer";

    public IEnumerable<Option> Options => [standalone, minutes, seed, output, startSeconds, readinessSeconds];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (duration, number) = (options.GetValue(minutes), options.GetValue(seed));
        var name = string.Create(CultureInfo.InvariantCulture, $"seed-{number}-{DateTime.UtcNow:MMdd-HHmmss}");
        var folder = options.GetValue(output) ?? Repository.PathTo("artifacts", "chaos", name);
        var limits = ChaosLimits.Usual with
        {
            Start = TimeSpan.FromSeconds(options.GetValue(startSeconds)),
            Readiness = TimeSpan.FromSeconds(options.GetValue(readinessSeconds)),
        };
        var settings = new ChaosSettings(number, TimeSpan.FromMinutes(duration), folder, limits);
        report.Note($"{duration} minutes, seed {number}.");
        report.Note($"History: {folder}/history.jsonl");
        var result = await (options.GetValue(standalone)
            ? StandaloneAsync(settings, report, cancellationToken)
            : DistributedAsync(settings, report, cancellationToken));
        Write(result, report);
        Environment.ExitCode = result.Violations.Count == 0 ? 0 : 1;
    }

    private static async Task<ChaosReport> StandaloneAsync(ChaosSettings settings, Report report, CancellationToken cancellationToken)
    {
        await using var system = await StruckStandalone.StartAsync(ChaosSettings.Services, settings.Limits.Start, smallDisk: true);
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
            postgres, rabbitMq, redis, ChaosSettings.Services, smallDisk: true, settings.Limits.Start);
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
