namespace Trainyard.MetricSeries.Summaries;

/// <summary>
/// Groups points and summaries into at most <paramref name="maxBuckets"/> buckets of equal width. Each is a whole number of cells, the
/// buckets of a level.
/// </summary>
/// <param name="extent">Covers everything that is added.</param>
/// <param name="level">The level of the cells.</param>
/// <param name="maxBuckets">The maximum number of buckets, at least 1.</param>
public sealed class BucketGrid(Summary extent, int level, int maxBuckets)
{
    private readonly long first = BucketSummary.BucketOf(extent.FirstStep, level);
    private readonly long cells = (Cells(extent, level) - 1) / maxBuckets + 1;
    private readonly SortedDictionary<long, Totals> buckets = [];

    /// <summary>The number of cells between the first and the last step.</summary>
    public static long Cells(Summary extent, int level) =>
        BucketSummary.BucketOf(extent.LastStep, level) - BucketSummary.BucketOf(extent.FirstStep, level) + 1;

    /// <summary>Adds a point.</summary>
    public void Add(Point point) => At(point.Step).Include(point);

    /// <summary>Adds a summary to the bucket of its last step.</summary>
    public void Add(Summary summary) => At(summary.LastStep).Include(summary);

    /// <summary>The buckets that have points, by step.</summary>
    public IReadOnlyCollection<Summary> Buckets() => buckets.Values;

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
