namespace Trainyard.ExperimentStore.Runs;

internal static class RunSilence
{
    /// <summary>True if an external run counts as dead: after three announced intervals, or after the default limit.</summary>
    public static bool IsSilent(DateTimeOffset? lastHeartbeat, double? expectNextIn, RunOptions options, DateTimeOffset now) =>
        now - lastHeartbeat > (expectNextIn is { } interval
            ? TimeSpan.FromSeconds(Math.Max(3 * interval, options.MinSilence.TotalSeconds))
            : options.MaxSilence);
}
