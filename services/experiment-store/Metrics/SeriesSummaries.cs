using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Summaries from the stored points, for when a new attempt has replaced some of those they were made of.</summary>
internal static class SeriesSummaries
{
    /// <summary>Rebuilds the summaries that reach to or beyond a step. Costs a pass over those series' points; happens when a run goes on.</summary>
    public static async Task RebuildAsync(StoreContext db, string runId, long fromStep, CancellationToken cancellationToken)
    {
        var affected = await db.Series.AsNoTracking().Where(series => series.RunId == runId && series.LastStep >= fromStep).ToListAsync(cancellationToken);
        if (affected.Count == 0)
        {
            return;
        }
        var rows = await db.Database.SqlQuery<SummaryRow>($"""
            WITH clean AS (
                SELECT p.series_id, p.step, p.seq, p.time, p.value
                FROM points p
                JOIN series s ON s.id = p.series_id
                JOIN attempts a ON a.run_id = s.run_id AND a.number = p.attempt
                WHERE s.run_id = {runId} AND s.last_step >= {fromStep} AND p.step < a.until_step),
            totals AS (
                SELECT series_id, count(*) AS points, count(value) AS numbers, max(step) AS last_step,
                    count(value) FILTER (WHERE abs(value) <= {double.MaxValue}) AS finite,
                    min(value) FILTER (WHERE abs(value) <= {double.MaxValue}) AS low,
                    max(value) FILTER (WHERE abs(value) <= {double.MaxValue}) AS high
                FROM clean GROUP BY series_id)
            SELECT t.series_id AS "SeriesId", t.points AS "Points", t.numbers AS "Numbers", t.finite AS "Finite",
                t.low AS "Min", t.high AS "Max", t.last_step AS "LastStep",
                min(c.step) FILTER (WHERE c.value = t.low) AS "MinStep",
                min(c.step) FILTER (WHERE c.value = t.high) AS "MaxStep",
                max(c.seq) FILTER (WHERE c.step = t.last_step) AS "LastSeq"
            FROM totals t JOIN clean c ON c.series_id = t.series_id
            GROUP BY t.series_id, t.points, t.numbers, t.finite, t.low, t.high, t.last_step
            """).ToDictionaryAsync(row => row.SeriesId, cancellationToken);
        foreach (var series in affected)
        {
            var row = rows.GetValueOrDefault(series.Id);
            var last = row is null ? null : await db.Points.AsNoTracking()
                .FirstAsync(point => point.SeriesId == series.Id && point.Step == row.LastStep && point.Seq == row.LastSeq, cancellationToken);
            (series.Count, series.NanCount, series.InfiniteCount) = row is null ? (0, 0, 0) : (row.Points, row.Points - row.Numbers, row.Numbers - row.Finite);
            (series.Min, series.MinStep, series.Max, series.MaxStep) = (row?.Min, row?.MinStep, row?.Max, row?.MaxStep);
            (series.LastStep, series.LastTime, series.LastValue) = (last?.Step, last?.Time, last?.Value);
        }
        await db.Bulk.SaveSeriesAsync(affected, cancellationToken);
    }

    private sealed record SummaryRow(
        long SeriesId, long Points, long Numbers, long Finite, double? Min, double? Max, long LastStep, long? MinStep, long? MaxStep, long LastSeq);
}
