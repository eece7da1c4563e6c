using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>Wakes the sweep driver and the trainer dispatcher when a commit may have given them work.</summary>
internal sealed class SweepSignals(TimeProvider clock) : IAfterCommit
{
    /// <summary>A run has changed.</summary>
    public AsyncSignal Runs { get; } = new(clock);

    /// <summary>An order may have been placed.</summary>
    public AsyncSignal Orders { get; } = new(clock);

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        if (outgoing.Any(message => message is StatusChange))
        {
            Set();
        }
    }

    public void Set()
    {
        Runs.Set();
        Orders.Set();
    }
}
