using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>What series say of themselves, counted anew when a new attempt has replaced some of what they were made of.</summary>
internal static class SeriesSummaries
{
    private const int AtOnce = 200;

    /// <summary>Counts the series that reach to or beyond a step: from their summaries, so it costs no more for a long one.</summary>
    public static async Task RebuildAsync(StoreContext db, string runId, long fromStep, CancellationToken cancellationToken)
    {
        var selection = await Selection.OfAsync(db, runId, from: null, to: null, attempt: null, cancellationToken);
        for (var (after, more) = (0L, true); more;)
        {
            var affected = await db.Series.AsNoTracking()
                .Where(series => series.RunId == runId && series.LastStep >= fromStep && series.Id > after)
                .OrderBy(series => series.Id).Take(AtOnce).ToListAsync(cancellationToken);
            var totals = await SummaryReader.TotalsAsync(
                db, affected.SelectMany(series => series.Open is { } open ? [OpenBucketsFormat.Read(series.Id, open)] : Array.Empty<OpenBuckets>()), selection, cancellationToken);
            await CountShortAsync(db, affected, selection, totals, cancellationToken);
            foreach (var series in affected)
            {
                series.Say(totals.GetValueOrDefault(series.Id));
            }
            await db.Bulk().SaveSeriesAsync(affected, cancellationToken);
            (after, more) = (affected.LastOrDefault()?.Id ?? after, affected.Count == AtOnce);
        }
    }

    private static async Task CountShortAsync(
        StoreContext db, List<Series> affected, Selection selection, Dictionary<long, Totals> totals, CancellationToken cancellationToken)
    {
        var ranges = affected.Where(series => series.Open is null).Select(series => new PointRange(series.Id, selection.From, selection.To));
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

    private static void Say(this Series series, Totals? total)
    {
        (series.Count, series.NanCount, series.InfiniteCount) = (total?.Count ?? 0, total?.NanCount ?? 0, total?.InfiniteCount ?? 0);
        (series.Min, series.MinStep, series.Max, series.MaxStep) = (total?.Min, total?.MinStep, total?.Max, total?.MaxStep);
        (series.LastStep, series.LastTime, series.LastValue) = (total?.LastStep, total?.LastTime, total?.LastValue);
    }
}
