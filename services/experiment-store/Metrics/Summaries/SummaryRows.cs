
namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>Rows to merge into the stored ones, one for each bucket that a transaction touches.</summary>
internal sealed class SummaryRows
{
    private readonly Dictionary<(long SeriesId, int Level, long Bucket, int Attempt), BucketSummary> rows = [];

    public IReadOnlyCollection<BucketSummary> All => rows.Values;

    /// <summary>Takes ownership of the summary.</summary>
    public void Add(BucketSummary summary)
    {
        if (!rows.TryAdd(summary.Key, summary))
        {
            rows[summary.Key].Include(summary);
        }
    }

    public void Forget(long seriesId)
    {
        foreach (var key in rows.Keys.Where(key => key.SeriesId == seriesId))
        {
            rows.Remove(key);
        }
    }
}
