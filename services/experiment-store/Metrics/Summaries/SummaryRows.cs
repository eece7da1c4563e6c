
namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>Rows to be merged into those stored: one for each bucket a transaction touches, however often it does.</summary>
internal sealed class SummaryRows
{
    private readonly Dictionary<(long SeriesId, int Level, long Bucket, int Attempt), BucketSummary> rows = [];

    public IReadOnlyCollection<BucketSummary> All => rows.Values;

    /// <param name="summary">Belongs to these rows from now on.</param>
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
