using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Reads a curve as it is, or as buckets made in the database when it has more points than fit.</summary>
internal static class CurveReader
{
    // Sums of finite values near the largest double would overflow, which Postgres refuses; a power of two changes no digit.
    private const double Scale = 1.0 / (1L << 62);
    // Scaled down, smaller values would fall below the smallest double, which Postgres refuses too; in a mean they are nothing.
    private const double Nothing = 1e-280;

    /// <param name="db">The database.</param>
    /// <param name="series">The series.</param>
    /// <param name="range">First and last step.</param>
    /// <param name="attempt">Null for the clean curve, 0 for the points of all attempts, else one attempt.</param>
    /// <param name="most">The most points or buckets.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Curve> ReadAsync(
        StoreContext db, Series series, StepRange range, long? attempt, int most, CancellationToken cancellationToken)
    {
        // Most runs never went back: without replaced points, all points are the clean curve, and no attempt needs looking up.
        var chosen = attempt is null && !await db.Attempts.AnyAsync(one => one.RunId == series.RunId && one.UntilStep < long.MaxValue, cancellationToken) ? 0 : attempt;
        var points = Chosen(db, series, range, chosen);
        var extent = await points.GroupBy(point => point.SeriesId)
            .Select(all => new { Count = all.LongCount(), First = all.Min(point => point.Step), Last = all.Max(point => point.Step) })
            .SingleOrDefaultAsync(cancellationToken);
        if (extent is null)
        {
            return new(series.Name, 0, Summarised: false, [], Buckets: null);
        }
        if (extent.Count <= most)
        {
            var rows = await points.OrderBy(point => point.Step).ThenBy(point => point.Seq).ToListAsync(cancellationToken);
            return new(series.Name, extent.Count, Summarised: false, [.. rows.Select(point => new CurvePoint(
                point.Step, UnixTime.FromMicroseconds(point.Time), point.Value ?? double.NaN, attempt is null ? null : point.Attempt))], Buckets: null);
        }
        var width = (extent.Last - extent.First) / most + 1;
        var buckets = await BucketsAsync(db, series, new(extent.First, extent.Last), chosen, width, cancellationToken);
        return new(series.Name, extent.Count, Summarised: true, Points: null, buckets);
    }

    private static IQueryable<Point> Chosen(StoreContext db, Series series, StepRange range, long? attempt)
    {
        var points = db.Points.Where(point => point.SeriesId == series.Id && point.Step >= range.From && point.Step <= range.To);
        return attempt switch
        {
            null => from point in points
                    join taken in db.Attempts on new { series.RunId, Number = point.Attempt } equals new { taken.RunId, taken.Number }
                    where point.Step < taken.UntilStep
                    select point,
            0 => points,
            _ => points.Where(point => point.Attempt == attempt),
        };
    }

    private static async Task<List<CurveBucket>> BucketsAsync(
        StoreContext db, Series series, StepRange range, long? attempt, long width, CancellationToken cancellationToken)
    {
        var (clean, one) = (attempt is null, attempt ?? 0);
        var rows = await db.Database.SqlQuery<BucketRow>($"""
            WITH buckets AS (
                SELECT (p.step - {range.From}) / {width} AS bucket, min(p.step) AS from_step, max(p.step) AS to_step, max(p.time) AS time,
                    count(*) AS points, count(p.value) AS numbers,
                    count(p.value) FILTER (WHERE abs(p.value) <= {double.MaxValue}) AS finite,
                    min(p.value) FILTER (WHERE abs(p.value) <= {double.MaxValue}) AS low,
                    max(p.value) FILTER (WHERE abs(p.value) <= {double.MaxValue}) AS high,
                    sum(CASE WHEN abs(p.value) < {Nothing} THEN 0 ELSE p.value * {Scale} END) FILTER (WHERE abs(p.value) <= {double.MaxValue}) AS total
                FROM points p
                WHERE p.series_id = {series.Id} AND p.step BETWEEN {range.From} AND {range.To} AND ({one} = 0 OR p.attempt = {one})
                    AND (NOT {clean} OR p.step < (SELECT a.until_step FROM attempts a WHERE a.run_id = {series.RunId} AND a.number = p.attempt))
                GROUP BY 1)
            SELECT b.from_step AS "FromStep", b.to_step AS "ToStep", b.time AS "Time", b.points AS "Points", b.numbers AS "Numbers",
                b.finite AS "Finite", b.low AS "Min", b.high AS "Max", b.total AS "Total",
                (SELECT p.value
                    FROM points p
                    WHERE p.series_id = {series.Id} AND p.step = b.to_step AND ({one} = 0 OR p.attempt = {one})
                        AND (NOT {clean} OR p.step < (SELECT a.until_step FROM attempts a WHERE a.run_id = {series.RunId} AND a.number = p.attempt))
                    ORDER BY p.seq DESC LIMIT 1) AS "Last"
            FROM buckets b ORDER BY b.from_step
            """).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new CurveBucket(
            row.FromStep, row.ToStep, UnixTime.FromMicroseconds(row.Time), row.Min, row.Max, Mean(row), row.Last ?? double.NaN,
            row.Points, row.Points - row.Numbers, row.Numbers - row.Finite))];
    }

    private static double? Mean(BucketRow row) => row is { Total: { } total, Min: { } min, Max: { } max } && row.Finite > 0
        ? Math.Clamp(total / row.Finite / Scale, min, max)
        : null;

    private sealed record BucketRow(
        long FromStep, long ToStep, long Time, long Points, long Numbers, long Finite, double? Min, double? Max, double? Total, double? Last);
}
