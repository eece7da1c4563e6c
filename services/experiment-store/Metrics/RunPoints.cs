using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Values that a transaction adds to one run.</summary>
/// <param name="Run">The run, whose row is locked.</param>
/// <param name="Attempts">All its attempts.</param>
/// <param name="Values">Values to store as points, in order.</param>
/// <param name="ReplacedFrom">The lowest step from which this transaction supersedes stored points.</param>
internal sealed record RunPoints(
    Run Run, IReadOnlyList<RunAttempt> Attempts, IReadOnlyList<LoggedValues> Values, long? ReplacedFrom);

/// <summary>The number of stored points, and messages for the runs' logs about dropped values.</summary>
internal sealed record StoredPoints(int Count, IReadOnlyList<DroppedValues> Dropped);

internal sealed record DroppedValues(string RunId, string Message);
