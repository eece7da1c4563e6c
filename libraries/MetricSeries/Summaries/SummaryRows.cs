namespace Trainyard.MetricSeries.Summaries;

/// <summary>Rows to merge into the stored ones, one for each bucket that a transaction touches.</summary>
public sealed class SummaryRows
{
    private readonly Dictionary<(long SeriesId, int Level, long Bucket, int Attempt), BucketSummary> rows = [];

    /// <summary>The rows, in no order.</summary>
    public IReadOnlyCollection<BucketSummary> All => rows.Values;

    /// <summary>Adds a summary, or merges it with the one of the same bucket. Takes ownership of it.</summary>
    public void Add(BucketSummary summary)
    {
        if (!rows.TryAdd(summary.Key, summary))
        {
            rows[summary.Key].Include(summary);
        }
    }

    /// <summary>Removes the rows of a series.</summary>
    public void Forget(long seriesId)
    {
        foreach (var key in rows.Keys.Where(key => key.SeriesId == seriesId))
        {
            rows.Remove(key);
        }
    }
}
