using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training;

/// <summary>How long the attempts of runs or evaluations have been without a lease, and which of them count as abandoned.</summary>
internal sealed class MissingLeases(RunOptions options, TimeProvider clock)
{
    private readonly Sightings<int> seen = new(clock);

    // In a process that holds the leases itself, none can be held before it has started.
    private bool abandonedAtOnce = options.LeasesEndWithProcess;

    /// <summary>Those that have had no lease for longer than the grace. They count from the beginning when they are seen again.</summary>
    public HashSet<string> Abandoned(IReadOnlyCollection<(string Id, int Attempt)> withoutLease)
    {
        seen.ForgetOthers(withoutLease.Select(attempt => attempt.Id).ToHashSet(StringComparer.Ordinal));
        var grace = abandonedAtOnce ? TimeSpan.Zero : TimeSpan.FromSeconds(options.LeaseGraceSeconds);
        abandonedAtOnce = false;
        var abandoned = withoutLease
            .Where(attempt => seen.See(attempt.Id, attempt.Attempt) >= grace)
            .Select(attempt => attempt.Id)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var id in abandoned)
        {
            seen.Forget(id);
        }
        return abandoned;
    }

    /// <summary>Counts all of them from the beginning. The leases can't be read.</summary>
    public void Clear() => seen.Clear();
}
