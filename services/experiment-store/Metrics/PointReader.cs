using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
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
            // The first comparison is what the index can start from; the second alone would have it start over each time.
            var points = await database.ReadAsync((db, token) => db.Points
                .Where(point => point.SeriesId == series.Id && point.Step >= fromStep && point.Step <= range.To)
                .Where(point => point.Step > fromStep || point.Seq > afterSeq)
                .Where(point => point.Seq < series.PointsStored && (attempt == null || point.Attempt == attempt))
                .OrderBy(point => point.Step).ThenBy(point => point.Seq)
                .Take(ChunkPoints)
                .ToListAsync(token), cancellationToken);
            if (points.Count > 0)
            {
                (step, seq) = (points[^1].Step, points[^1].Seq);
                yield return new(points, Resolution.Raw);
            }
            if (points.Count < ChunkPoints)
            {
                yield break;
            }
        }
    }
}
