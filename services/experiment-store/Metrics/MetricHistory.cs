using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Curves of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Series">The requested curves.</param>
/// <param name="TotalSeries">The number of series of the run, which can exceed the number of curves.</param>
internal sealed record MetricHistory(string RunId, IReadOnlyList<Curve> Series, int TotalSeries);

/// <summary>One series between two steps: its points, or buckets of equal width if there are more than <c>max_points</c>.</summary>
internal sealed record Curve(
    string Name, long Count, bool Summarised, IReadOnlyList<CurvePoint>? Points, IReadOnlyList<CurveBucket>? Buckets);

/// <summary>One value of a curve.</summary>
/// <param name="Step">The step.</param>
/// <param name="Time">When it was logged.</param>
/// <param name="Value">The value.</param>
/// <param name="Attempt">The attempt that logged it, if the request names attempts.</param>
internal sealed record CurvePoint(long Step, DateTimeOffset Time, double Value, int? Attempt);

/// <summary>
/// The points of a range of steps. Minimum, maximum and mean cover the finite values and are null if there are none. The last value
/// may be NaN or infinite.
/// </summary>
internal sealed record CurveBucket(
    long FromStep, long ToStep, DateTimeOffset Time, double? Min, double? Max, double? Mean, double Last, long Count, long NanCount,
    long InfiniteCount)
{
    public static IReadOnlyList<CurveBucket> Of(BucketGrid grid) => [.. grid.Buckets().Select(bucket => new CurveBucket(
        bucket.FirstStep, bucket.LastStep, UnixTime.FromMicroseconds(bucket.LastTime), bucket.Min, bucket.Max, bucket.Mean,
        bucket.LastValue ?? double.NaN, bucket.Count, bucket.NanCount, bucket.InfiniteCount))];
}
