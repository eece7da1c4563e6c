using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Transfer.Importing;
using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>A run as one snapshot of the database shows it, and what the server has of it.</summary>
internal sealed record RunToMirror(
    Run Run, string? Experiment, IReadOnlyDictionary<int, RunAttempt> Attempts, IReadOnlyList<RunTag> Tags, IReadOnlyList<RunParam> Params,
    IReadOnlyList<Series> Series, MirroredRun? Known, IReadOnlyDictionary<long, MirroredSeries> Sent);

/// <summary>Reads what the server does not have yet.</summary>
internal sealed class MirrorSource(Database database, PointReader reader)
{
    private const int WindowPoints = 20_000;
    private static readonly StepRange AllSteps = new(-PointWriter.FurthestStep, PointWriter.FurthestStep);

    /// <summary>The runs that have changed or received events since a time.</summary>
    public Task<List<string>> ChangedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => database.ReadAsync(
        (db, token) => db.Runs
            .Where(run => run.DeletedAt == null && (run.LastHeartbeat >= since || run.UpdatedAt >= since))
            .OrderBy(run => run.CreatedAt).ThenBy(run => run.Id).Select(run => run.Id).ToListAsync(token), cancellationToken);

    /// <returns>Null if the run is not mirrored: it has not begun, is deleted, or came from MLflow.</returns>
    public Task<RunToMirror?> RunAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync(async (db, token) =>
    {
        await using var snapshot = await db.SnapshotAsync(token);
        if (await db.Runs.SingleOrDefaultAsync(row => row.Id == runId && row.DeletedAt == null, token) is not { } run
            || (run.Status is RunStatus.Queued && run.StartedAt is null))
        {
            return null;
        }
        var known = await db.MirroredRuns.SingleOrDefaultAsync(row => row.RunId == runId, token);
        if (known is null && (run.MlflowRunId is not null || run.Source == Mlflow.Runs.RunEndpoints.Source
            || await db.ImportedParts.AnyAsync(part => part.RunId == runId, token)))
        {
            return null;
        }
        return new RunToMirror(
            run,
            await db.Experiments.Where(row => row.Id == run.ExperimentId).Select(row => row.Name).SingleOrDefaultAsync(token),
            await db.Attempts.Where(row => row.RunId == runId).ToDictionaryAsync(row => row.Number, token),
            await db.Tags.Where(row => row.RunId == runId).OrderBy(row => row.Name).ToListAsync(token),
            await db.Params.Where(row => row.RunId == runId).OrderBy(row => row.Name).ToListAsync(token),
            await db.Series.Where(row => row.RunId == runId).OrderBy(row => row.Name).ToListAsync(token),
            known,
            await db.MirroredSeries.Where(row => row.RunId == runId).ToDictionaryAsync(row => row.SeriesId, token));
    }, cancellationToken);

    /// <summary>
    /// The next points of a series after those sent, in the order of their arrival. They usually follow the last step sent; only if some do
    /// not, the whole series is searched.
    /// </summary>
    /// <returns>Null if retention has made minutes of some of them.</returns>
    public Task<List<Point>?> WindowAsync(Series series, MirroredSeries sent, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) =>
        {
            var (first, end) = (sent.Sent, Math.Min(series.PointsStored, sent.Sent + WindowPoints));
            var window = db.Points.Where(point => point.SeriesId == series.Id && point.Seq >= first && point.Seq < end)
                .OrderBy(point => point.Seq);
            var last = sent.LastStep;
            var points = await window.Where(point => point.Step >= last).ToListAsync(token);
            points = points.Count == end - first ? points : await window.ToListAsync(token);
            return points.Count == end - first ? points : null;
        }, cancellationToken);

    /// <summary>All points of a series after those sent, by step; old ones as means of minutes.</summary>
    public async IAsyncEnumerable<Point> RestAsync(
        Series series, MirroredSeries sent, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in reader.ReadAsync(series, AllSteps, attempt: null, cancellationToken))
        {
            foreach (var point in chunk.Points.Where(point => point.Seq >= sent.Sent))
            {
                yield return point;
            }
        }
    }
}
