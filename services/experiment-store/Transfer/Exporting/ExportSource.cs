using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Events.Logs;
using Trainyard.ExperimentStore.Media;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFormats.Points;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>Reads runs for export, one chunk in memory at a time.</summary>
internal sealed class ExportSource(Database database, PointReader reader)
{
    private const int PerRead = 500;
    private const int MediaPerRead = 8;

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

    /// <summary>The selected points by series name; those of one attempt only if <paramref name="attempt"/> is given.</summary>
    public async IAsyncEnumerable<SeriesPoints> PointsAsync(
        RunToExport run, ExportSelection what, int? attempt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var until = run.Attempts.ToDictionary(row => row.Number, row => row.UntilStep);
        var replaced = !what.AllAttempts && run.Attempts.Any(row => row.UntilStep < long.MaxValue);
        await foreach (var series in SeriesAsync(run.Run.Id, what.Names, cancellationToken))
        {
            await foreach (var chunk in reader.ReadAsync(series, what.Range, attempt, cancellationToken))
            {
                var points = chunk.Points.Where(
                    point => !replaced || point.Step < until.GetValueOrDefault(point.Attempt, long.MaxValue));
                yield return new(run.Run.Id, series.Name,
                    chunk.Resolution is Resolution.Raw ? SeriesPoints.Raw : SeriesPoints.MinuteMean,
                    [.. points.Select(point => new SeriesPoint(
                        point.Seq, point.Attempt, point.Step, point.Time, point.Value ?? double.NaN))]);
            }
        }
    }

    public Task<List<Checkpoint>> CheckpointsAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync((db, token) =>
        db.Checkpoints.Where(checkpoint => checkpoint.RunId == runId).OrderBy(checkpoint => checkpoint.SavedAt)
            .ThenBy(checkpoint => checkpoint.Path).ToListAsync(token), cancellationToken);

    public Task<List<Artifact>> ArtifactsAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync((db, token) =>
        db.Artifacts.Where(artifact => artifact.RunId == runId).OrderBy(artifact => artifact.Id).ToListAsync(token), cancellationToken);

    /// <summary>Media with their content, as they arrived; those of one attempt only if <paramref name="attempt"/> is given.</summary>
    public async IAsyncEnumerable<MediaItem> MediaAsync(
        string runId, ExportSelection what, int? attempt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!what.Media)
        {
            yield break;
        }
        var ids = await database.ReadAsync(
            (db, token) => (what.AllAttempts ? db.Media.Where(item => item.RunId == runId) : db.CurrentMedia(runId))
                .Where(item => attempt == null || item.Attempt == attempt)
                .Select(item => item.Id).OrderBy(id => id).ToListAsync(token), cancellationToken);
        foreach (var chunk in ids.Chunk(MediaPerRead))
        {
            var items = await database.ReadAsync(
                (db, token) => db.Media.Where(item => chunk.Contains(item.Id)).OrderBy(item => item.Id).ToListAsync(token),
                cancellationToken);
            foreach (var item in items)
            {
                yield return item;
            }
        }
    }

    public async IAsyncEnumerable<LogLine> LogAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var from = after;
            var lines = await database.ReadAsync(
                (db, token) => db.LogAfter(runId, from).Take(PerRead).ToListAsync(token), cancellationToken);
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

    private async IAsyncEnumerable<Series> SeriesAsync(
        string runId, IReadOnlySet<string>? names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = ""; ;)
        {
            var after = last;
            var rows = await database.ReadAsync((db, token) => db.Series
                .Where(row => row.RunId == runId && string.Compare(row.Name, after) > 0)
                .OrderBy(row => row.Name).Take(PerRead).ToListAsync(token), cancellationToken);
            foreach (var series in rows.Where(row => names?.Contains(row.Name) != false))
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
