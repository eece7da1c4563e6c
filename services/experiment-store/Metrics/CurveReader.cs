using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>
/// Reads a curve: its points when they are few, else buckets of equal width, from the coarsest summaries that are fine enough.
/// What it reads grows with what is drawn, not with how long the series is.
/// </summary>
internal static class CurveReader
{
    // Up to this many, or this many for each bucket, points are read one by one: buckets can then be as narrow as asked for.
    private const int FewPoints = 20_000;
    private const int FewPerBucket = 8;

    /// <param name="db">The database; one state of it, or what moves from open buckets to rows meanwhile is counted twice.</param>
    /// <param name="series">The series.</param>
    /// <param name="selection">Which of its points.</param>
    /// <param name="most">The most points or buckets.</param>
    /// <param name="tellAttempt">Whether points say which attempt they are of.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Curve> ReadAsync(
        StoreContext db, Series series, Selection selection, int most, bool tellAttempt, CancellationToken cancellationToken)
    {
        if (series.Open is not { } bytes)
        {
            return (await PiecesAsync(db, series, selection, cancellationToken)).Draw(series.Name, most, tellAttempt);
        }
        var open = OpenBucketsFormat.Read(series.Id, bytes);
        var totals = await SummaryReader.TotalsAsync(db, [open], selection, cancellationToken);
        if (!totals.TryGetValue(series.Id, out var total))
        {
            return new(series.Name, 0, Summarised: false, [], Buckets: null);
        }
        if (total.Count <= Math.Max(FewPoints, (long)FewPerBucket * most))
        {
            var pieces = await PiecesAsync(db, series, selection, cancellationToken);
            // Of a series that logs many points a minute, summaries tell more than minutes do.
            if (!pieces.AreCoarse)
            {
                return pieces.Draw(series.Name, most, tellAttempt);
            }
        }
        var level = open.CoarsestLevel;
        while (level > open.FinestLevel && BucketGrid.Cells(total, level) < most)
        {
            level--;
        }
        var grid = new BucketGrid(total, level, most);
        await foreach (var summary in SummaryReader.BucketsAsync(db, open, level, selection, total, cancellationToken))
        {
            grid.Add(summary);
        }
        return new(series.Name, total.Count, Summarised: true, Points: null, grid.Buckets());
    }

    private static async Task<CurvePieces> PiecesAsync(StoreContext db, Series series, Selection selection, CancellationToken cancellationToken)
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
