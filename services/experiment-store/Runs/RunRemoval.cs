using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>
/// Deletes a run: it disappears at once, its rows go in chunks so that neither memory nor a transaction grows with them, and
/// its files last. What a dead process left over is deleted by the reconciler.
/// </summary>
internal sealed class RunRemoval(Database database, AppPaths paths, TimeProvider clock)
{
    private const int Chunk = 20_000;

    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            if (run is { Kind: RunKind.Own, Status: RunStatus.Running })
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is training. Cancel it first.");
            }
            run.DeletedAt = clock.GetUtcNow();
        }, cancellationToken);
        await FinishAsync(runId, CancellationToken.None);
    }

    /// <summary>Deletes what is left of a run marked as deleted.</summary>
    public async Task FinishAsync(string runId, CancellationToken cancellationToken)
    {
        await RepeatAsync(db => db.Database.ExecuteSqlAsync($"""
            DELETE FROM points WHERE (series_id, step, seq) IN (
                SELECT p.series_id, p.step, p.seq FROM points p JOIN series s ON s.id = p.series_id WHERE s.run_id = {runId} LIMIT {Chunk})
            """, cancellationToken), cancellationToken);
        await RepeatAsync(db => db.Database.ExecuteSqlAsync(
            $"DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE run_id = {runId} LIMIT {Chunk})", cancellationToken), cancellationToken);
        await database.WriteAsync(async (db, token) =>
        {
            await db.Series.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Checkpoints.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Artifacts.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Tags.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Attempts.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
        }, cancellationToken);
        var folder = paths.Model(runId);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        await database.WriteAsync((db, token) => db.Runs.Where(run => run.Id == runId && run.DeletedAt != null).ExecuteDeleteAsync(token), cancellationToken);
    }

    private async Task RepeatAsync(Func<StoreContext, Task<int>> deleteChunk, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync((db, _) => deleteChunk(db), cancellationToken) > 0)
        {
        }
    }
}
