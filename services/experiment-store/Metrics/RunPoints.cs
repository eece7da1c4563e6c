using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>The values that a transaction adds to one run.</summary>
/// <param name="Run">The run, held for the transaction.</param>
/// <param name="Attempts">All its attempts.</param>
/// <param name="Values">Values to be stored as points, in order.</param>
/// <param name="ReplacedFrom">The lowest step from which points stored earlier were replaced in this transaction.</param>
internal sealed record RunPoints(
    Run Run, IReadOnlyList<RunAttempt> Attempts, IReadOnlyList<LoggedValues> Values, long? ReplacedFrom);

/// <summary>The points that were stored, and what the logs of the runs should say about values that were not.</summary>
internal sealed record StoredPoints(int Count, IReadOnlyList<DroppedValues> Dropped);

internal sealed record DroppedValues(string RunId, string Message);
