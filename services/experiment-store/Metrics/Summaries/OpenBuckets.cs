
namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>
/// The newest bucket of each level of a series, which most points fall into. They are kept in the series' own row and become rows
/// themselves, one write each, when a point falls behind them. At each level, a point is in exactly one place: in a row of that
/// level, or in the open bucket of that or of a finer level.
/// </summary>
/// <param name="seriesId">The series.</param>
/// <param name="finestLevel">The level of the first bucket.</param>
/// <param name="buckets">Finest first.</param>
/// <param name="coarser">Those that follow, as they are stored: most commits never look at them.</param>
internal sealed class OpenBuckets(long seriesId, int finestLevel, List<BucketSummary> buckets, ReadOnlyMemory<byte> coarser = default)
{
    private ReadOnlyMemory<byte> packed = coarser;

    public long SeriesId => seriesId;

    public int FinestLevel => finestLevel;

    public int CoarsestLevel => finestLevel + Buckets.Count - 1;

    /// <summary>Finest first.</summary>
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

    public BucketSummary? Finest => buckets.Count > 0 ? buckets[0] : null;

    /// <summary>What <see cref="OpenBucketsFormat"/> writes: buckets that were looked at, then the bytes of those that were not.</summary>
    public (IReadOnlyList<BucketSummary> Buckets, ReadOnlyMemory<byte> Packed) Parts => (buckets, packed);

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
        // What is late goes past the open bucket; what is newer takes its place.
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
