using Trainyard.Contracts.Runs;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>A run's status changed in a transaction. The run is as the transaction left it.</summary>
/// <param name="Run">The run.</param>
/// <param name="From">The status before; null for a new run.</param>
/// <param name="To">The status after.</param>
/// <param name="Attempt">The attempt at that moment.</param>
internal sealed record RunMoved(Run Run, RunStatus? From, RunStatus To, int Attempt);
