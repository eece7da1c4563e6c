namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>
/// The newest bucket of each level of a series, which most points fall into. They are kept in the series' own row and become rows
/// themselves, one write each, when a point falls behind them. At each level, a point is in exactly one place: in a row of that
/// level, or in the open bucket of that or of a finer level.
/// </summary>
internal sealed class OpenBuckets(long seriesId, int finestLevel, List<BucketSummary> buckets)
{
    public long SeriesId => seriesId;

    public int FinestLevel => finestLevel;

    public int CoarsestLevel => finestLevel + Buckets.Count - 1;

    /// <summary>Finest first.</summary>
    public List<BucketSummary> Buckets { get; } = buckets;

    public BucketSummary? Finest => Buckets.Count > 0 ? Buckets[0] : null;

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
