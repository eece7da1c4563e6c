using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Recomputes series aggregates after a rewind.</summary>
internal static class SeriesSummaries
{
    private const int ChunkSize = 200;

    /// <summary>Recomputes series that reach a step or beyond. Reads summaries, so the cost doesn't depend on their length.</summary>
    public static async Task RebuildAsync(StoreContext db, string runId, long fromStep, CancellationToken cancellationToken)
    {
        var selection = await Selection.OfAsync(db, runId, from: null, to: null, attempt: null, cancellationToken);
        for (var (after, more) = (0L, true); more;)
        {
            var affected = await db.Series.AsNoTracking()
                .Where(series => series.RunId == runId && series.LastStep >= fromStep && series.Id > after)
                .OrderBy(series => series.Id).Take(ChunkSize).ToListAsync(cancellationToken);
            var open = affected.Where(series => series.Open is not null)
                .Select(series => OpenBucketsFormat.Read(series.Id, series.Open ?? []));
            var totals = await SummaryReader.TotalsAsync(db, open, selection, cancellationToken);
            await CountShortAsync(db, affected, selection, totals, cancellationToken);
            foreach (var series in affected)
            {
                series.SetAggregates(totals.GetValueOrDefault(series.Id));
            }
            await db.Bulk().SaveSeriesAsync(affected, cancellationToken);
            (after, more) = (affected.LastOrDefault()?.Id ?? after, affected.Count == ChunkSize);
        }
    }

    private static async Task CountShortAsync(
        StoreContext db, List<Series> affected, Selection selection, Dictionary<long, Totals> totals, CancellationToken cancellationToken)
    {
        var ranges = affected.Where(series => series.Open is null)
            .Select(series => new PointRange(series.Id, selection.From, selection.To));
        await foreach (var point in db.PointsAsync(ranges, cancellationToken))
        {
            if (!selection.Has(point.Attempt, point.Step))
            {
                continue;
            }
            if (!totals.TryGetValue(point.SeriesId, out var total))
            {
                totals.Add(point.SeriesId, total = new Totals());
            }
            total.Include(point);
        }
    }

    private static void SetAggregates(this Series series, Totals? total)
    {
        (series.Count, series.NanCount, series.InfiniteCount) = (total?.Count ?? 0, total?.NanCount ?? 0, total?.InfiniteCount ?? 0);
        (series.Min, series.MinStep, series.Max, series.MaxStep) = (total?.Min, total?.MinStep, total?.Max, total?.MaxStep);
        (series.LastStep, series.LastTime, series.LastValue) = (total?.LastStep, total?.LastTime, total?.LastValue);
    }
}
