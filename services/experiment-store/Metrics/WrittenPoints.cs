namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Points a transaction has stored, in order, and the series they belong to.</summary>
internal sealed record WrittenPoints(IReadOnlyCollection<Series> Series, IReadOnlyList<Point> Points);
