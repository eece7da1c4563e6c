using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.TensorBoard;

/// <summary>Reads the points of external runs that their files don't hold yet.</summary>
internal sealed class BoardSource(Database database, PointReader reader)
{
    // Above this, points are streamed series by series instead of being ordered in memory.
    private const int MaxInMemory = 100_000;
    private static readonly StepRange AllSteps = new(-PointWriter.FurthestStep, PointWriter.FurthestStep);

    /// <summary>The external runs that have changed or received events since a time.</summary>
    public Task<List<string>> ChangedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => database.ReadAsync(
        (db, token) => db.Runs
            .Where(run => run.Kind == RunKind.External && run.DeletedAt == null && (run.LastHeartbeat >= since || run.UpdatedAt >= since))
            .OrderBy(run => run.Id).Select(run => run.Id).ToListAsync(token), cancellationToken);

    /// <returns>Null if the run is deleted, or of Trainyard's own trainer.</returns>
    public Task<BoardRun?> RunAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync(async (db, token) =>
    {
        await using var snapshot = await db.SnapshotAsync(token);
        return await db.Runs.SingleOrDefaultAsync(row => row.Id == runId && row.DeletedAt == null && row.Kind == RunKind.External, token)
            is { } run
            ? new BoardRun(
                run,
                await db.Attempts.Where(row => row.RunId == runId).OrderBy(row => row.Number).ToListAsync(token),
                await db.Series.Where(row => row.RunId == runId).OrderBy(row => row.Name).ToListAsync(token))
            : null;
    }, cancellationToken);

    /// <summary>
    /// The points of some series that arrived after the positions, ordered by attempt, step and time. They usually follow the last written
    /// step; only if some do not, the whole series is searched for them.
    /// </summary>
    /// <returns>Null if they are too many, or if retention has compacted some of them.</returns>
    public Task<List<NamedPoint>?> NewPointsAsync(
        IReadOnlyList<Series> series, BoardPositions positions, CancellationToken cancellationToken) =>
        series.Sum(row => row.PointsStored - positions.Of(row)) > MaxInMemory
            ? Task.FromResult<List<NamedPoint>?>(null)
            : database.ReadAsync(async (db, token) =>
            {
                await using var snapshot = await db.SnapshotAsync(token);
                var (points, missing) = await ReadAsync(db, series, positions, row => positions.LastStepOf(row), token);
                if (missing.Count > 0)
                {
                    var (rest, compacted) = await ReadAsync(db, missing, positions, _ => AllSteps.From, token);
                    if (compacted.Count > 0)
                    {
                        return null;
                    }
                    points.AddRange(rest);
                }
                return points.OrderBy(named => named.Point.Attempt).ThenBy(named => named.Point.Step).ThenBy(named => named.Point.Time)
                    .ThenBy(named => named.Point.Seq).ToList();
            }, cancellationToken);

    /// <summary>The points of an attempt that arrived after the positions, series by series, old ones as means of minutes.</summary>
    public async IAsyncEnumerable<NamedPoint> StreamAsync(
        IReadOnlyList<Series> series, BoardPositions positions, int attempt,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in series)
        {
            await foreach (var chunk in reader.ReadAsync(row, AllSteps, attempt, cancellationToken))
            {
                foreach (var point in chunk.Points.Where(point => point.Seq >= positions.Of(row)))
                {
                    yield return new(row.Name, point);
                }
            }
        }
    }

    /// <summary>Reads from a step on. Series of which this finds too few points are returned instead.</summary>
    private static async Task<(List<NamedPoint> Points, List<Series> Missing)> ReadAsync(
        StoreContext db, IReadOnlyList<Series> series, BoardPositions positions, Func<Series, long> from,
        CancellationToken cancellationToken)
    {
        var found = series.ToDictionary(row => row.Id, row => (Series: row, Points: new List<NamedPoint>()));
        var ranges = series.Select(row => new PointRange(row.Id, from(row), AllSteps.To));
        await foreach (var point in db.PointsAsync(ranges, cancellationToken))
        {
            var (row, points) = found[point.SeriesId];
            if (point.Seq >= positions.Of(row) && point.Seq < row.PointsStored)
            {
                points.Add(new(row.Name, point));
            }
        }
        var complete = found.Values.ToLookup(pair => pair.Points.Count == pair.Series.PointsStored - positions.Of(pair.Series));
        return ([.. complete[true].SelectMany(pair => pair.Points)], [.. complete[false].Select(pair => pair.Series)]);
    }
}
