using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Chaos;

/// <param name="Seed">Chooses the faults and what jobs do.</param>
/// <param name="Duration">How long faults strike.</param>
/// <param name="Folder">Gets the history, as <c>history.jsonl</c>, and the backups.</param>
/// <param name="Limits">How long things may take.</param>
public sealed record ChaosSettings(int Seed, TimeSpan Duration, string Folder, ChaosLimits Limits)
{
    /// <summary>
    /// How long a run may wait for its next attempt: after many faults in a row, the pause between attempts has doubled up to this.
    /// </summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Leases that end within a fault, and as many attempts as it takes.</summary>
    public static IReadOnlyDictionary<string, string> Services { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TRAINER__LEASE_SECONDS"] = "3",
        ["TRAINER__RENEW_SECONDS"] = "1",
        ["RUNS__LEASE_GRACE_SECONDS"] = "2",
        ["RUNS__RECONCILE_EVERY_SECONDS"] = "1",
        ["RUNS__RETRY_SECONDS"] = "1",
        ["RUNS__MAX_STALLED_ATTEMPTS"] = "1000",
        ["APP__CORPUS_ROOT"] = Repository.Root,
    };
}

/// <summary>Bounds that a busy machine may have to exceed. What is lost or doubled knows no bounds.</summary>
/// <param name="Start">How long a process may take to start.</param>
/// <param name="Readiness">How long readiness may be wrong: for a few seconds nobody can know better.</param>
/// <param name="Settle">How long posts may be refused, and a run may take, once every fault is healed.</param>
public sealed record ChaosLimits(TimeSpan Start, TimeSpan Readiness, TimeSpan Settle)
{
    public static ChaosLimits Usual { get; } = new(TrainyardProcess.UsualStartLimit, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(4));

    /// <summary>For a machine that does other things at the same time.</summary>
    public static ChaosLimits Busy { get; } = new(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(45), TimeSpan.FromMinutes(8));
}
