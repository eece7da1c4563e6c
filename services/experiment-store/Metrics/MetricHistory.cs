
namespace Trainyard.ExperimentStore.Metrics;

/// <param name="RunId">The run.</param>
/// <param name="Series">The curves asked for.</param>
/// <param name="TotalSeries">How many series the run has: more than are here when none were named.</param>
internal sealed record MetricHistory(string RunId, IReadOnlyList<Curve> Series, int TotalSeries);

/// <summary>One series between two steps: its points, or buckets of equal width when there are more than asked for.</summary>
internal sealed record Curve(string Name, long Count, bool Summarised, IReadOnlyList<CurvePoint>? Points, IReadOnlyList<CurveBucket>? Buckets);

/// <param name="Step">The step.</param>
/// <param name="Time">When it was logged.</param>
/// <param name="Value">The value.</param>
/// <param name="Attempt">The attempt that logged it, when more than the clean curve was asked for.</param>
internal sealed record CurvePoint(long Step, DateTimeOffset Time, double Value, int? Attempt);

/// <summary>
/// The points of a range of steps. Minimum, maximum and mean are those of its finite values and null when there are none; the
/// last value may be NaN or infinite.
/// </summary>
internal sealed record CurveBucket(
    long FromStep, long ToStep, DateTimeOffset Time, double? Min, double? Max, double? Mean, double Last, long Count, long NanCount, long InfiniteCount);
