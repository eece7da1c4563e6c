using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>
/// Reads a curve: its points if they are few, else buckets of equal width, from the coarsest summaries that are fine enough. The cost
/// depends on the points drawn, not on the length of the series.
/// </summary>
internal static class CurveReader
{
    // Up to this many points, or this many per bucket, buckets are built from points, which makes them exactly as narrow as requested.
    private const int FewPoints = 20_000;
    private const int FewPerBucket = 8;

    /// <summary>
    /// Reads at most <paramref name="maxPoints"/> points or buckets. Requires a snapshot transaction, since otherwise points that move from
    /// open buckets to rows are counted twice.
    /// </summary>
    public static async Task<Curve> ReadAsync(
        StoreContext db, Series series, Selection selection, int maxPoints, bool withAttempt, CancellationToken cancellationToken)
    {
        if (series.Open is not { } bytes)
        {
            return (await PiecesAsync(db, series, selection, cancellationToken)).Draw(series.Name, maxPoints, withAttempt);
        }
        var open = OpenBucketsFormat.Read(series.Id, bytes);
        var totals = await SummaryReader.TotalsAsync(db, [open], selection, cancellationToken);
        if (!totals.TryGetValue(series.Id, out var total))
        {
            return new(series.Name, 0, Summarised: false, [], Buckets: null);
        }
        if (total.Count <= Math.Max(FewPoints, (long)FewPerBucket * maxPoints))
        {
            var pieces = await PiecesAsync(db, series, selection, cancellationToken);
            // For a series with many points per minute, summaries are finer than minutes.
            if (!pieces.AreCoarse)
            {
                return pieces.Draw(series.Name, maxPoints, withAttempt);
            }
        }
        var level = open.CoarsestLevel;
        while (level > open.FinestLevel && BucketGrid.Cells(total, level) < maxPoints)
        {
            level--;
        }
        var grid = new BucketGrid(total, level, maxPoints);
        await foreach (var summary in SummaryReader.BucketsAsync(db, open, level, selection, total, cancellationToken))
        {
            grid.Add(summary);
        }
        return new(series.Name, total.Count, Summarised: true, Points: null, CurveBucket.Of(grid));
    }

    private static async Task<CurvePieces> PiecesAsync(
        StoreContext db, Series series, Selection selection, CancellationToken cancellationToken)
    {
        var pieces = new CurvePieces();
        foreach (var minute in await db.MinutesAsync(series, selection, cancellationToken))
        {
            pieces.Add(minute);
        }
        await foreach (var point in db.PointsAsync([new(series.Id, selection.From, selection.To, selection.Attempt)], cancellationToken))
        {
            if (selection.Has(point.Attempt, point.Step))
            {
                pieces.Add(point);
            }
        }
        return pieces;
    }
}
