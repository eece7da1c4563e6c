using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Chaos;

/// <summary>Takes backups of a Standalone whatever strikes it, and restores each that says it succeeded.</summary>
internal sealed class RandomBackups(StruckStandalone system, ChaosSettings settings, Recorder recorder)
{
    public const string Failed = "a backup ended otherwise than it should";
    public const string Damaged = "a backup that succeeded can't be restored";

    // To let a run end takes as long as all the rest of a check: only in every so many backups, the last among them.
    private const int RunsGoOnEvery = 4;

    private readonly Random random = new(settings.Seed);
    private int taken;

    public async Task TakeAsync(Action<string> say)
    {
        foreach (var moment in ChaosPlan.Backups(settings.Seed, settings.Duration))
        {
            if (moment - recorder.Now is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }
            var backup = await TakeAsync();
            recorder.Add(backup);
            say($"{backup.At.TotalSeconds,6:0.0} s to {backup.Until.TotalSeconds,6:0.0} s: backup: {backup.Output}");
        }
    }

    /// <summary>What is wrong with the backups that were taken.</summary>
    public async Task<IReadOnlyList<Violation>> CheckAsync(History history)
    {
        var violations = history.Backups.Where(backup => !backup.Succeeded).SelectMany(CheckFailed).ToList();
        foreach (var (index, backup) in history.Backups.Where(backup => backup.Succeeded).Reverse().Index())
        {
            violations.AddRange(await CheckAsync(backup, index % RunsGoOnEvery == 0 ? history : history with { Own = [] }));
        }
        return violations;
    }

    private async Task<BackupTried> TakeAsync()
    {
        var folder = Path.Combine(settings.Folder, "backups", $"{++taken}");
        var earlier = recorder.History.Backups.LastOrDefault(backup => backup.Succeeded)?.Folder;
        string[] since = earlier is not null && random.Next(2) == 0 ? ["--since", earlier] : [];
        var at = recorder.Now;
        var (exitCode, output) = await system.CommandAsync(["backup", folder, "--data", system.DataRoot, .. since]);
        return new(at, recorder.Now, folder, exitCode, output);
    }

    /// <summary>One line says why, and nothing is left that looks like a backup.</summary>
    private static IEnumerable<Violation> CheckFailed(BackupTried backup)
    {
        if (backup.ExitCode != 1 || backup.Output.Contains('\n', StringComparison.Ordinal))
        {
            yield return new(Failed, $"{Name(backup)} ended with exit code {backup.ExitCode}: {backup.Output}");
        }
        if (Directory.Exists(backup.Folder))
        {
            yield return new(Failed, $"{Name(backup)} failed and left {backup.Folder}.");
        }
    }

    private async Task<IReadOnlyList<Violation>> CheckAsync(BackupTried backup, History history)
    {
        using var data = new TemporaryFolder();
        var restored = data.File("restored");
        foreach (var command in (string[][])[["backup", "verify", backup.Folder], ["restore", backup.Folder, "--data", restored]])
        {
            var (exitCode, output) = await system.CommandAsync(command);
            if (exitCode != 0)
            {
                return [new(Damaged, $"{Name(backup)}: {output}")];
            }
        }
        var asOf = history.AsOf(backup.At, backup.Until);
        await using var standalone = await system.OpenAsync(restored);
        using var client = new TrainyardClient(standalone.Address);
        await client.ReadyAsync(settings.Limits.Start);
        var state = await ChaosRun.SettledAsync(
            new StateReader(client, Path.Combine(restored, "artifacts")), client, asOf, [.. history.Own.Select(queued => queued.Run)],
            settings.Limits.Settle);
        return [.. HistoryChecker.Check(asOf, state).Select(violation => violation with { What = $"{Name(backup)}: {violation.What}" })];
    }

    private static string Name(BackupTried backup) => $"The backup begun at {backup.At.TotalSeconds:0.0} s";
}
