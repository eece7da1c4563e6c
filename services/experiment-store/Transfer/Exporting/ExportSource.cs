using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Events.Logs;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>A run with the little that belongs to it; points and logs are read as they are written out.</summary>
internal sealed record RunToExport(Run Run, IReadOnlyList<RunTag> Tags, IReadOnlyList<RunAttempt> Attempts);

internal sealed record SeriesChunk(string Series, PointChunk Chunk);

/// <summary>Reads runs for export, holding a chunk at a time.</summary>
internal sealed class ExportSource(Database database, PointReader points)
{
    private const int PerRead = 500;

    /// <exception cref="Contracts.Errors.TrainyardException">RUN_NOT_FOUND.</exception>
    public Task<RunToExport> RunAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync(async (db, token) =>
    {
        await db.RequireRunAsync(runId, token);
        return new RunToExport(
            await db.Runs.SingleOrDefaultAsync(run => run.Id == runId, token) ?? throw RunLookup.NoRun(runId),
            await db.Tags.Where(tag => tag.RunId == runId).OrderBy(tag => tag.Name).ToListAsync(token),
            await db.Attempts.Where(attempt => attempt.RunId == runId).OrderBy(attempt => attempt.Number).ToListAsync(token));
    }, cancellationToken);

    /// <summary>The ids of an experiment's runs, the oldest first.</summary>
    public async IAsyncEnumerable<string> RunsAsync(string experimentId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var (time, id) = (DateTimeOffset.UnixEpoch, ""); ;)
        {
            var (afterTime, afterId) = (time, id);
            var rows = await database.ReadAsync((db, token) => db.Runs
                .Where(run => run.ExperimentId == experimentId && run.DeletedAt == null)
                .Where(run => run.CreatedAt > afterTime || (run.CreatedAt == afterTime && string.Compare(run.Id, afterId) > 0))
                .OrderBy(run => run.CreatedAt).ThenBy(run => run.Id)
                .Take(PerRead).Select(run => new { run.Id, run.CreatedAt }).ToListAsync(token), cancellationToken);
            foreach (var row in rows)
            {
                yield return row.Id;
                (time, id) = (row.CreatedAt, row.Id);
            }
            if (rows.Count < PerRead)
            {
                yield break;
            }
        }
    }

    /// <summary>The chosen points, series by series in the order of their names.</summary>
    /// <param name="run">The run.</param>
    /// <param name="what">Which of its points.</param>
    /// <param name="attempt">One attempt only, whatever else is chosen.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<SeriesChunk> PointsAsync(
        RunToExport run, ExportSelection what, int? attempt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var until = run.Attempts.ToDictionary(one => one.Number, one => one.UntilStep);
        var replaced = !what.AllAttempts && run.Attempts.Any(one => one.UntilStep < long.MaxValue);
        await foreach (var series in SeriesAsync(run.Run.Id, what.Names, cancellationToken))
        {
            await foreach (var chunk in points.ReadAsync(series, what.Range, attempt, cancellationToken))
            {
                yield return new(series.Name, !replaced ? chunk : chunk with
                {
                    Points = [.. chunk.Points.Where(point => point.Step < until.GetValueOrDefault(point.Attempt, long.MaxValue))],
                });
            }
        }
    }

    public Task<List<Checkpoint>> CheckpointsAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync((db, token) =>
        db.Checkpoints.Where(one => one.RunId == runId).OrderBy(one => one.SavedAt).ThenBy(one => one.Path).ToListAsync(token), cancellationToken);

    public Task<List<Artifact>> ArtifactsAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync((db, token) =>
        db.Artifacts.Where(one => one.RunId == runId).OrderBy(one => one.Id).ToListAsync(token), cancellationToken);

    public async IAsyncEnumerable<LogLine> LogAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var from = after;
            var lines = await database.ReadAsync((db, token) => db.LogAfter(runId, from).Take(PerRead).ToListAsync(token), cancellationToken);
            foreach (var line in lines)
            {
                yield return line;
                after = line.Id;
            }
            if (lines.Count < PerRead)
            {
                yield break;
            }
        }
    }

    private async IAsyncEnumerable<Series> SeriesAsync(string runId, IReadOnlySet<string>? names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = ""; ;)
        {
            var after = last;
            var rows = await database.ReadAsync((db, token) => db.Series
                .Where(one => one.RunId == runId && string.Compare(one.Name, after) > 0)
                .OrderBy(one => one.Name).Take(PerRead).ToListAsync(token), cancellationToken);
            foreach (var series in rows.Where(one => names?.Contains(one.Name) != false))
            {
                yield return series;
            }
            if (rows.Count < PerRead)
            {
                yield break;
            }
            last = rows[^1].Name;
        }
    }
}
