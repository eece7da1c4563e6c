using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>
/// Groups points and summaries into at most <paramref name="maxBuckets"/> buckets of equal width. Each is a whole number of cells, the
/// buckets of a level.
/// </summary>
internal sealed class BucketGrid(Summary extent, int level, int maxBuckets)
{
    private readonly long first = BucketSummary.BucketOf(extent.FirstStep, level);
    private readonly long cells = (Cells(extent, level) - 1) / maxBuckets + 1;
    private readonly SortedDictionary<long, Totals> buckets = [];

    /// <summary>The number of cells between the first and the last step.</summary>
    public static long Cells(Summary extent, int level) =>
        BucketSummary.BucketOf(extent.LastStep, level) - BucketSummary.BucketOf(extent.FirstStep, level) + 1;

    public void Add(Point point) => At(point.Step).Include(point);

    public void Add(Summary summary) => At(summary.LastStep).Include(summary);

    public List<CurveBucket> Buckets() => [.. buckets.Values.Select(bucket => new CurveBucket(
        bucket.FirstStep, bucket.LastStep, UnixTime.FromMicroseconds(bucket.LastTime), bucket.Min, bucket.Max, bucket.Mean,
        bucket.LastValue ?? double.NaN, bucket.Count, bucket.NanCount, bucket.InfiniteCount))];

    private Totals At(long step)
    {
        var bucket = (BucketSummary.BucketOf(step, level) - first) / cells;
        if (!buckets.TryGetValue(bucket, out var totals))
        {
            buckets.Add(bucket, totals = new Totals());
        }
        return totals;
    }
}
