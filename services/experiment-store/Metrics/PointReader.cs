using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>What a point stands for.</summary>
internal enum Resolution
{
    /// <summary>A value as it was logged.</summary>
    Raw,

    /// <summary>The mean of the values of one minute, which is what is kept of old ones.</summary>
    MinuteMean,
}

internal sealed record StepRange(long From, long To);

/// <summary>Points of one series that follow one another.</summary>
internal sealed record PointChunk(IReadOnlyList<Point> Points, Resolution Resolution);

/// <summary>
/// Reads every point of a series, in the order of steps and then of arrival, a chunk at a time: whoever needs points rather than
/// curves reads them here, wherever they are kept.
/// </summary>
internal sealed class PointReader(Database database)
{
    private const int ChunkPoints = 20_000;

    /// <param name="series">The series as it was when reading began: what arrives meanwhile is left out.</param>
    /// <param name="range">First and last step.</param>
    /// <param name="attempt">One attempt, or all when null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<PointChunk> ReadAsync(
        Series series, StepRange range, int? attempt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var (step, seq) = (range.From, -1L); ;)
        {
            var (fromStep, afterSeq) = (step, seq);
            var (points, minutes) = await database.ReadAsync((db, token) => ReadAsync(db, series, range, attempt, fromStep, afterSeq, token), cancellationToken);
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
        // The first comparison is what the index can start from; the second alone would have it start over each time.
        var points = await db.Points
            .Where(point => point.SeriesId == series.Id && point.Step >= fromStep && point.Step <= range.To)
            .Where(point => point.Step > fromStep || point.Seq > afterSeq)
            .Where(point => point.Seq < series.PointsStored && (attempt == null || point.Attempt == attempt))
            .OrderBy(point => point.Step).ThenBy(point => point.Seq)
            .Take(ChunkPoints)
            .ToListAsync(cancellationToken);
        if (await db.Series.SingleOrDefaultAsync(one => one.Id == series.Id, cancellationToken) is not { } now)
        {
            return (points, []);
        }
        var selection = await Selection.OfAsync(
            db, series.RunId, afterSeq < 0 ? fromStep : fromStep + 1, points.Count < ChunkPoints ? range.To : points[^1].Step, attempt ?? 0, cancellationToken);
        return (points, (await db.MinutesAsync(now, selection, cancellationToken)).FindAll(minute => minute.LastSeq < series.PointsStored));
    }

    /// <summary>Points, and minutes at the step they end, as chunks of one or the other. A minute of one point is that point.</summary>
    private static IEnumerable<PointChunk> InOrder(List<Point> points, List<MinuteSummary> minutes)
    {
        if (minutes.Count == 0)
        {
            return points.Count == 0 ? [] : [new(points, Resolution.Raw)];
        }
        return Segments([
            .. points.Select(point => (Point: point, Resolution: Resolution.Raw))
                .Concat(minutes.Select(minute => minute.AsPoint() is { } point ? (point, Resolution.Raw) : (minute.AsMean(), Resolution.MinuteMean)))
                .OrderBy(one => one.Item1.Step).ThenBy(one => one.Item1.Seq),
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
            yield return new([.. pieces[start..end].Select(one => one.Point)], resolution);
        }
    }
}
