using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Retention;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>What a point represents.</summary>
internal enum Resolution
{
    /// <summary>A logged value.</summary>
    Raw,

    /// <summary>The mean of one minute, into which old values are compacted.</summary>
    MinuteMean,
}

internal sealed record StepRange(long From, long To);

/// <summary>Consecutive points of one series.</summary>
internal sealed record PointChunk(IReadOnlyList<Point> Points, Resolution Resolution);

/// <summary>
/// Reads every point of a series in chunks, ordered by step and arrival, from points, minutes and archives.
/// </summary>
internal sealed class PointReader(Database database)
{
    private const int ChunkPoints = 20_000;

    /// <summary>
    /// Reads the points of one attempt, or of all if <paramref name="attempt"/> is null. Skips points that arrived after
    /// <paramref name="series"/> was read.
    /// </summary>
    public async IAsyncEnumerable<PointChunk> ReadAsync(
        Series series, StepRange range, int? attempt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var (step, seq) = (range.From, -1L); ;)
        {
            var (fromStep, afterSeq) = (step, seq);
            var (points, minutes) = await database.ReadAsync(
                (db, token) => ReadAsync(db, series, range, attempt, fromStep, afterSeq, token), cancellationToken);
            foreach (var chunk in InOrder(points, minutes))
            {
                yield return chunk;
            }
            if (points.Count < ChunkPoints)
            {
                yield break;
            }
            (step, seq) = (points[^1].Step, points[^1].Seq);
        }
    }

    private static async Task<(List<Point> Points, List<MinuteSummary> Minutes)> ReadAsync(
        StoreContext db, Series series, StepRange range, int? attempt, long fromStep, long afterSeq, CancellationToken cancellationToken)
    {
        await using var snapshot = await db.SnapshotAsync(cancellationToken);
        // The first condition lets the index seek; the second alone would scan from the start for each chunk.
        var points = await db.Points
            .Where(point => point.SeriesId == series.Id && point.Step >= fromStep && point.Step <= range.To)
            .Where(point => point.Step > fromStep || point.Seq > afterSeq)
            .Where(point => point.Seq < series.PointsStored && (attempt == null || point.Attempt == attempt))
            .OrderBy(point => point.Step).ThenBy(point => point.Seq)
            .Take(ChunkPoints)
            .ToListAsync(cancellationToken);
        if (await db.Series.SingleOrDefaultAsync(row => row.Id == series.Id, cancellationToken) is not { } now)
        {
            return (points, []);
        }
        var from = afterSeq < 0 ? fromStep : fromStep + 1;
        var to = points.Count < ChunkPoints ? range.To : points[^1].Step;
        var selection = await Selection.OfAsync(db, series.RunId, from, to, attempt ?? 0, cancellationToken);
        return (points, (await db.MinutesAsync(now, selection, cancellationToken)).FindAll(minute => minute.LastSeq < series.PointsStored));
    }

    /// <summary>Interleaves points and minutes by step, as chunks of one resolution. A minute of one point counts as that point.</summary>
    private static IEnumerable<PointChunk> InOrder(List<Point> points, List<MinuteSummary> minutes)
    {
        if (minutes.Count == 0)
        {
            return points.Count == 0 ? [] : [new(points, Resolution.Raw)];
        }
        return Segments([
            .. points.Select(point => (Point: point, Resolution: Resolution.Raw))
                .Concat(minutes.Select(minute =>
                    minute.AsPoint() is { } point ? (point, Resolution.Raw) : (minute.AsMean(), Resolution.MinuteMean)))
                .OrderBy(piece => piece.Item1.Step).ThenBy(piece => piece.Item1.Seq),
        ]);
    }

    private static IEnumerable<PointChunk> Segments(List<(Point Point, Resolution Resolution)> pieces)
    {
        for (var (start, end) = (0, 0); start < pieces.Count; start = end)
        {
            var resolution = pieces[start].Resolution;
            for (end = start; end < pieces.Count && pieces[end].Resolution == resolution; end++)
            {
            }
            yield return new([.. pieces[start..end].Select(piece => piece.Point)], resolution);
        }
    }
}
