using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Metrics.Summaries;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Writes of many rows inside the context's transaction, past the change tracker.</summary>
internal interface IBulk
{
    /// <summary>Remembers keys and returns those that were not known. Waits for another transaction that holds one of them.</summary>
    Task<HashSet<string>> RememberAsync(IReadOnlyCollection<RememberedKey> keys, CancellationToken cancellationToken);

    /// <summary>Makes sure that each page, given by key and run, has a row to lock.</summary>
    Task AddSequencePagesAsync(IReadOnlyDictionary<string, string> pages, CancellationToken cancellationToken);

    /// <summary>The series that exist of these.</summary>
    Task<List<Series>> FindSeriesAsync(IReadOnlyCollection<SeriesName> names, CancellationToken cancellationToken);

    /// <summary>Adds series and sets their ids.</summary>
    Task AddSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken);

    /// <summary>Writes what existing series say of themselves.</summary>
    Task SaveSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken);

    Task AddPointsAsync(IReadOnlyCollection<Point> points, CancellationToken cancellationToken);

    /// <summary>Merges summaries into those stored for the same buckets.</summary>
    Task MergeSummariesAsync(IReadOnlyCollection<BucketSummary> summaries, CancellationToken cancellationToken);

    /// <summary>Merges minutes into those stored.</summary>
    Task MergeMinutesAsync(IReadOnlyCollection<MinuteSummary> minutes, CancellationToken cancellationToken);
}
