namespace Trainyard.MetricSeries.Summaries;

/// <summary>
/// The newest bucket of each level of a series, into which most points fall. They are stored in the series' row and become rows of their
/// own, one write each, when a point falls after them. At each level, a point is in exactly one place: a row of that level, or the open
/// bucket of that or a finer level.
/// </summary>
/// <param name="seriesId">The series.</param>
/// <param name="finestLevel">The level of the first bucket.</param>
/// <param name="buckets">Finest first.</param>
/// <param name="coarser">The coarser buckets, still packed: most commits don't need them.</param>
public sealed class OpenBuckets(long seriesId, int finestLevel, List<BucketSummary> buckets, ReadOnlyMemory<byte> coarser = default)
{
    private ReadOnlyMemory<byte> packed = coarser;

    /// <summary>The series.</summary>
    public long SeriesId => seriesId;

    /// <summary>The level of the first bucket.</summary>
    public int FinestLevel => finestLevel;

    /// <summary>The level of the last bucket.</summary>
    public int CoarsestLevel => finestLevel + Buckets.Count - 1;

    /// <summary>The buckets, finest first.</summary>
    public List<BucketSummary> Buckets
    {
        get
        {
            if (!packed.IsEmpty)
            {
                OpenBucketsFormat.Unpack(this, packed.Span, buckets);
                packed = default;
            }
            return buckets;
        }
    }

    /// <summary>The bucket of the finest level; null if there are no points.</summary>
    public BucketSummary? Finest => buckets.Count > 0 ? buckets[0] : null;

    /// <summary>The unpacked buckets, and the bytes of the others. <see cref="OpenBucketsFormat"/> writes both.</summary>
    public (IReadOnlyList<BucketSummary> Buckets, ReadOnlyMemory<byte> Packed) Parts => (buckets, packed);

    /// <summary>Adds a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="rows">Receives the buckets that this closes.</param>
    public void Add(Point point, SummaryRows rows)
    {
        if (Finest is { } finest && finest.Attempt == point.Attempt && finest.Bucket == BucketSummary.BucketOf(point.Step, finestLevel))
        {
            finest.Include(point);
            return;
        }
        var own = BucketSummary.At(seriesId, finestLevel, point.Attempt, point.Step);
        own.Include(point);
        Push(own, rows);
    }

    private void Push(BucketSummary summary, SummaryRows rows)
    {
        var index = summary.Level - finestLevel;
        if (index == Buckets.Count)
        {
            Buckets.Add(summary);
            return;
        }
        var open = Buckets[index];
        var order = (summary.Attempt, summary.Bucket).CompareTo((open.Attempt, open.Bucket));
        if (order == 0)
        {
            open.Include(summary);
            return;
        }
        // A late summary bypasses the open bucket; a newer one replaces it.
        var closed = order > 0 ? open : summary;
        if (order > 0)
        {
            Buckets[index] = summary;
        }
        rows.Add(closed);
        if (closed.Level < BucketSummary.CoarsestLevel)
        {
            Push(closed.At(closed.Level + 1), rows);
        }
    }
}
