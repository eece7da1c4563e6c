using Trainyard.Contracts.Runs;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>What a transaction did to a run, for those who tell others after the commit. The run is as the transaction left it.</summary>
internal abstract record RunNews(Run Run)
{
    private static long last;

    /// <summary>Tells which news of a transaction came first.</summary>
    public long Order { get; } = Interlocked.Increment(ref last);
}

/// <summary>A run's status changed.</summary>
/// <param name="Run">The run.</param>
/// <param name="From">The status before; null for a new run.</param>
/// <param name="To">The status after.</param>
/// <param name="Attempt">The attempt at that moment.</param>
internal sealed record RunMoved(Run Run, RunStatus? From, RunStatus To, int Attempt) : RunNews(Run);
