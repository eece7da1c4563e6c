using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>
/// Translates logged values into events of a run whose row is locked. Leaves out values that are stored already: a client repeats a request
/// whose answer it did not get.
/// </summary>
internal static class MetricWriter
{
    // Above it, a value later than the last one is new without a look: metrics without steps have all their points at step 0.
    private const int MaxPointsToCheck = 10_000;

    /// <exception cref="MlflowException">The run would have too many metrics.</exception>
    public static async Task<List<MetricsLogged>> EventsAsync(
        StoreContext db, Run run, IReadOnlyList<LoggedMetric> metrics, RunOptions options, CancellationToken cancellationToken)
    {
        var distinct = metrics.Distinct().ToList();
        var names = distinct.Select(metric => metric.Key).Distinct(StringComparer.Ordinal).ToList();
        var series = await db.Series.AsNoTracking().Where(row => row.RunId == run.Id && names.Contains(row.Name))
            .Select(row => new SeriesEnd(row.Id, row.Name, row.PointsStored, row.LastStep, row.LastTime))
            .ToDictionaryAsync(row => row.Name, StringComparer.Ordinal, cancellationToken);
        if (run.SeriesCount + names.Count - series.Count > options.MaxSeries)
        {
            throw MlflowException.Invalid(
                $"Run {run.Id} would have more than {options.MaxSeries} metrics, the maximum that RUNS__MAX_SERIES allows.");
        }
        var suspects = distinct.FindAll(metric => series.TryGetValue(metric.Key, out var end) && end.MayHave(metric, MaxPointsToCheck));
        var stored = suspects.Count == 0 ? [] : await StoredAsync(db, series, suspects, cancellationToken);
        return Events(run.Id, distinct.FindAll(metric => !stored.Contains(metric)));
    }

    private static async Task<HashSet<LoggedMetric>> StoredAsync(
        StoreContext db, Dictionary<string, SeriesEnd> series, List<LoggedMetric> suspects, CancellationToken cancellationToken)
    {
        var ids = suspects.Select(metric => series[metric.Key].Id).Distinct().ToList();
        var steps = suspects.Select(metric => metric.Step).Distinct().ToList();
        var times = suspects.Select(metric => metric.Timestamp * 1000).Distinct().ToList();
        var names = series.Values.ToDictionary(row => row.Id, row => row.Name);
        var points = await db.Points.AsNoTracking()
            .Where(point => ids.Contains(point.SeriesId) && steps.Contains(point.Step) && times.Contains(point.Time))
            .Select(point => new { point.SeriesId, point.Step, point.Time, point.Value })
            .ToListAsync(cancellationToken);
        return [.. points.Select(point =>
            new LoggedMetric(names[point.SeriesId], point.Value ?? double.NaN, point.Time / 1000, point.Step))];
    }

    /// <summary>Events in the order of the values. One event holds values of one step and time, each metric once.</summary>
    private static List<MetricsLogged> Events(string runId, List<LoggedMetric> metrics)
    {
        var events = new List<MetricsLogged>();
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var index = 0; index < metrics.Count; index++)
        {
            var metric = metrics[index];
            values.Add(metric.Key, metric.Value);
            if (index + 1 < metrics.Count && metrics[index + 1] is var next
                && (next.Step, next.Timestamp) == (metric.Step, metric.Timestamp) && !values.ContainsKey(next.Key))
            {
                continue;
            }
            events.Add(new MetricsLogged
            {
                EventId = Guid.CreateVersion7(),
                RunId = runId,
                Time = DateTimeOffset.FromUnixTimeMilliseconds(metric.Timestamp),
                Step = metric.Step,
                Measurements = values,
            });
            values = new Dictionary<string, double>(StringComparer.Ordinal);
        }
        return events;
    }

    private sealed record SeriesEnd(long Id, string Name, long Points, long? LastStep, long? LastTime)
    {
        /// <summary>Whether the series may have this value already.</summary>
        public bool MayHave(LoggedMetric metric, int maxPointsToCheck) =>
            metric.Step <= LastStep
            && (metric.Step < LastStep || metric.Timestamp * 1000 <= LastTime || Points <= maxPointsToCheck);
    }
}
