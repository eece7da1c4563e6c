using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>The points that a transaction has stored, in order, and their series.</summary>
internal sealed record WrittenPoints(IReadOnlyCollection<Series> Series, IReadOnlyList<Point> Points);
