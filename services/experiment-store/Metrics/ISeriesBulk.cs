using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Writes many rows of series inside the context's transaction, past the change tracker.</summary>
internal interface ISeriesBulk
{
    /// <summary>The series that exist of these.</summary>
    Task<List<Series>> FindSeriesAsync(IReadOnlyCollection<SeriesName> names, CancellationToken cancellationToken);

    /// <summary>Adds series and sets their ids.</summary>
    Task AddSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken);

    /// <summary>Writes the aggregates of existing series.</summary>
    Task SaveSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken);

    Task AddPointsAsync(IReadOnlyCollection<Point> points, CancellationToken cancellationToken);

    /// <summary>Merges summaries into those stored for the same buckets.</summary>
    Task MergeSummariesAsync(IReadOnlyCollection<BucketSummary> summaries, CancellationToken cancellationToken);

    /// <summary>Merges minutes into those stored.</summary>
    Task MergeMinutesAsync(IReadOnlyCollection<MinuteSummary> minutes, CancellationToken cancellationToken);
}

internal static class SeriesBulk
{
    public static ISeriesBulk Bulk(this StoreContext db) => db.Database.IsNpgsql() ? new PostgresSeriesBulk(db) : new SqliteSeriesBulk(db);
}
