using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Sorts points and summaries into buckets of equal width: as many cells of a level together as needed for there to be at most so many.</summary>
internal sealed class BucketGrid(Summary extent, int level, int most)
{
    private readonly long first = BucketSummary.BucketOf(extent.FirstStep, level);
    private readonly long cells = (Cells(extent, level) - 1) / most + 1;
    private readonly SortedDictionary<long, Totals> buckets = [];

    /// <summary>How many buckets of a level lie between the first and the last step.</summary>
    public static long Cells(Summary extent, int level) =>
        BucketSummary.BucketOf(extent.LastStep, level) - BucketSummary.BucketOf(extent.FirstStep, level) + 1;

    public void Add(Point point) => At(point.Step).Include(point);

    public void Add(Summary summary) => At(summary.LastStep).Include(summary);

    public List<CurveBucket> Buckets() => [.. buckets.Values.Select(bucket => new CurveBucket(
        bucket.FirstStep, bucket.LastStep, UnixTime.FromMicroseconds(bucket.LastTime), bucket.Min, bucket.Max, bucket.Mean, bucket.LastValue ?? double.NaN,
        bucket.Count, bucket.NanCount, bucket.InfiniteCount))];

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
