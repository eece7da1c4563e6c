using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Events.Logs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>Keeps what the server has of runs. Everything is recorded after the server has confirmed it, and so never skipped.</summary>
internal sealed class MirrorRecord(Database database, TimeProvider clock)
{
    /// <summary>Begins the record of a run, and forgets that of another server.</summary>
    public Task<MirroredRun> BeginAsync(string runId, string server, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
        {
            await db.MirroredSeries.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.MirroredRuns.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            var begun = new MirroredRun { RunId = runId, Server = server, Mark = $"{Guid.NewGuid():N}" };
            db.MirroredRuns.Add(begun);
            return begun;
        }, cancellationToken);

    /// <summary>Records the run's id and page on the server, here and for the run's readers.</summary>
    public async Task CreatedAsync(
        MirroredRun mirrored, string remoteId, string? artifactUri, string page, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            if (await db.LockRuns(mirrored.RunId).SingleOrDefaultAsync(token) is { } run)
            {
                (run.MlflowRunId, run.MlflowUrl) = (remoteId, page);
            }
            await UpdateAsync(db, mirrored.RunId, row => (row.RemoteId, row.ArtifactUri) = (remoteId, artifactUri), token);
        }, cancellationToken);
        (mirrored.RemoteId, mirrored.ArtifactUri) = (remoteId, artifactUri);
    }

    /// <summary>Changes the record of a run.</summary>
    public async Task SaveAsync(MirroredRun mirrored, Action<MirroredRun> change, CancellationToken cancellationToken)
    {
        await database.WriteAsync((db, token) => UpdateAsync(db, mirrored.RunId, change, token), cancellationToken);
        change(mirrored);
    }

    /// <summary>Records how far series were sent.</summary>
    public Task SaveAsync(string runId, IReadOnlyCollection<MirroredSeries> sent, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
        {
            var ids = sent.Select(row => row.SeriesId).ToList();
            var stored = await db.MirroredSeries.Where(row => ids.Contains(row.SeriesId)).ToDictionaryAsync(row => row.SeriesId, token);
            foreach (var row in sent)
            {
                if (stored.TryGetValue(row.SeriesId, out var known))
                {
                    (known.Sent, known.LastStep) = (row.Sent, row.LastStep);
                }
                else
                {
                    db.MirroredSeries.Add(new() { SeriesId = row.SeriesId, RunId = runId, Sent = row.Sent, LastStep = row.LastStep });
                }
            }
        }, cancellationToken);

    /// <summary>Writes a warning to the run's log.</summary>
    public Task WarnAsync(Run run, string message, CancellationToken cancellationToken) => database.WriteAsync((db, _) =>
    {
        var line = new LogLine
        {
            RunId = run.Id,
            Attempt = run.Attempt,
            Time = clock.GetUtcNow(),
            Level = "warning",
            Message = StorableText.Clean(message, 2000),
        };
        db.Logs.Add(line);
        db.Outgoing.Add(new LogUpdate(run.Id, line.Level, line.Message, line.Time));
        return Task.CompletedTask;
    }, cancellationToken);

    private static async Task UpdateAsync(StoreContext db, string runId, Action<MirroredRun> change, CancellationToken cancellationToken)
    {
        if (await db.MirroredRuns.SingleOrDefaultAsync(row => row.RunId == runId, cancellationToken) is { } row)
        {
            change(row);
        }
    }
}
