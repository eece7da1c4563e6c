using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Retention;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Writes rows in bulk inside the context's transaction, bypassing the change tracker.</summary>
internal interface ISeriesBulk
{
    /// <summary>Returns those of the named series that exist.</summary>
    Task<List<Series>> FindSeriesAsync(IReadOnlyCollection<SeriesName> names, CancellationToken cancellationToken);

    /// <summary>Inserts series and sets their ids.</summary>
    Task AddSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken);

    /// <summary>Writes the aggregates of existing series.</summary>
    Task SaveSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken);

    Task AddPointsAsync(IReadOnlyCollection<Point> points, CancellationToken cancellationToken);

    /// <summary>Merges summaries into the stored ones of the same buckets.</summary>
    Task MergeSummariesAsync(IReadOnlyCollection<BucketSummary> summaries, CancellationToken cancellationToken);

    /// <summary>Merges minutes into the stored ones.</summary>
    Task MergeMinutesAsync(IReadOnlyCollection<MinuteSummary> minutes, CancellationToken cancellationToken);
}

internal static class SeriesBulk
{
    public static ISeriesBulk Bulk(this StoreContext db) => db.Database.IsNpgsql() ? new PostgresSeriesBulk(db) : new SqliteSeriesBulk(db);
}
