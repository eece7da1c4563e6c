using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.TensorBoard;

/// <summary>A run as one snapshot of the database shows it.</summary>
internal sealed record BoardRun(Run Run, IReadOnlyList<RunAttempt> Attempts, IReadOnlyList<Series> Series);

/// <summary>A point and the name of its series.</summary>
internal readonly record struct NamedPoint(string Name, Point Point);
