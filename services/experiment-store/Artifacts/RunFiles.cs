using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>Writes and deletes files of runs for their jobs. The trainer's own files are read-only.</summary>
internal sealed class RunFiles(ArtifactFiles files, Database database, IEventStore events, TimeProvider clock)
{
    /// <summary>Writes a file and records it. Verifies <paramref name="sha256"/> if given.</summary>
    /// <returns>The event that was stored.</returns>
    /// <exception cref="TrainyardException">
    /// RUN_NOT_FOUND, ILLEGAL_TRANSITION for a run of Trainyard's trainer, PATH_FORBIDDEN, or CONFIG_INVALID.
    /// </exception>
    public async Task<ArtifactSaved> WriteAsync(
        string runId, string path, Stream content, string? sha256, string requestId, CancellationToken cancellationToken)
    {
        await RequireNotTrainerFileAsync(runId, path, cancellationToken);
        await database.ReadAsync(
            (db, token) => db.RequireOutsideRunAsync(runId, "only its trainer writes files to its folder", token), cancellationToken);
        var (stored, size, hash) = await files.WriteAsync(ArtifactFiles.Models, runId, path, content, sha256, cancellationToken);
        var saved = new ArtifactSaved
        {
            EventId = Guid.CreateVersion7(),
            RunId = runId,
            Time = clock.GetUtcNow(),
            Path = stored,
            Size = size,
            Sha256 = hash,
            Kind = "upload",
        };
        await events.StoreAsync(new(Guid.CreateVersion7(), saved.Time, [new(Key: null, requestId, [saved])]), cancellationToken);
        return saved;
    }

    /// <summary>Deletes a file and its record.</summary>
    /// <returns>False if there is no such file.</returns>
    /// <exception cref="TrainyardException">RUN_NOT_FOUND or PATH_FORBIDDEN.</exception>
    public async Task<bool> DeleteAsync(string runId, string path, CancellationToken cancellationToken)
    {
        await RequireNotTrainerFileAsync(runId, path, cancellationToken);
        if (!await files.DeleteAsync(ArtifactFiles.Models, runId, path, cancellationToken))
        {
            return false;
        }
        await database.WriteAsync(
            (db, token) => db.Artifacts.Where(artifact => artifact.RunId == runId && artifact.Path == path).ExecuteDeleteAsync(token),
            cancellationToken);
        return true;
    }

    private async Task RequireNotTrainerFileAsync(string runId, string path, CancellationToken cancellationToken)
    {
        var kind = await database.ReadAsync(async (db, token) =>
        {
            await db.RequireRunAsync(runId, token);
            return await db.Runs.Where(run => run.Id == runId).Select(run => run.Kind).SingleOrDefaultAsync(token);
        }, cancellationToken);
        TrainerFiles.RequireNone(kind, files.NameIn(ArtifactFiles.Models, runId, path));
    }
}
