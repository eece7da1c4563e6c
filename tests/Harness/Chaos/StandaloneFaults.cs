using Trainyard.Harness.Faults;

namespace Trainyard.Harness.Chaos;

/// <summary>What can happen to a Standalone.</summary>
public static class StandaloneFaults
{
    private const string Target = "Standalone";

    /// <summary>All that this machine can do. The order belongs to what a seed means.</summary>
    public static IReadOnlyList<ChaosFault> Of(StruckStandalone system, SkewedClock? clock) =>
    [
        new(Target, "kill -9 Standalone", hold => KillAsync(system, hold)),
        new(Target, "pause Standalone (SIGSTOP)", hold => PauseAsync(system, hold)),
        .. system.Disk is { } disk ? [DistributedFaults.FullDisk(disk, "the data folder")] : (ChaosFault[])[],
        .. clock is null ? [] : SkewedClock.Offsets.Select(offset => new ChaosFault(
            Target, $"set the clock of Standalone wrong by {offset}",
            hold => clock.StrikeAsync(system, () => system.Process, offset, hold))),
    ];

    private static async Task KillAsync(StruckStandalone system, TimeSpan hold)
    {
        var killed = system.Process;
        await killed.KillAsync();
        await Task.Delay(hold);
        await system.ReplaceAsync(killed);
    }

    private static async Task PauseAsync(StruckStandalone system, TimeSpan hold)
    {
        var paused = system.Process;
        await paused.PauseAsync();
        await Task.Delay(2 * hold);
        await paused.ResumeAsync();
    }
}
