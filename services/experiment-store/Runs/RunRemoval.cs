using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>
/// Deletes a run for good, once the time to restore it is over or at once: nobody sees it any more, its rows go in chunks so
/// that neither memory nor a transaction grows with them, and its files last. What a dead process left over is taken up again.
/// </summary>
internal sealed class RunRemoval(
    Database database, IEnumerable<IRemoval> removals, RunStates states, IOptions<RunOptions> options, TimeProvider clock)
    : IMaintenanceJob
{
    private const int MaxAtOnce = 100;
    private static readonly TimeSpan LeftOver = TimeSpan.FromMinutes(5);

    public string Name => "run removal";

    /// <summary>Deletes a run, which may be one that could still be restored.</summary>
    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunOrDeletedAsync(runId, token);
            run.Delete(clock.GetUtcNow());
            run.Removing = true;
        }, cancellationToken);
        await FinishAsync(runId, CancellationToken.None);
    }

    /// <summary>Removes runs and experiments that were deleted long enough ago, and what a dead process left half removed.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var (now, undo) = (clock.GetUtcNow(), TimeSpan.FromDays(options.Value.UndoDays));
        var (due, left) = (now - undo, now - LeftOver);
        var runs = await database.ReadAsync((db, token) => db.Runs
            .Where(run => run.DeletedAt != null && (run.DeletedAt <= due || (run.Removing && run.DeletedAt < left)))
            .OrderBy(run => run.DeletedAt)
            .Take(MaxAtOnce)
            .Select(run => run.Id)
            .ToListAsync(token), cancellationToken);
        foreach (var id in runs)
        {
            var begun = await database.WriteAsync(async (db, token) =>
                await db.LockRuns([id]).SingleOrDefaultAsync(token) is { DeletedAt: { } at } run && (run.Removing || at <= due) && (run.Removing = true), cancellationToken);
            if (begun)
            {
                await FinishAsync(id, cancellationToken);
            }
        }
        await RemoveExperimentsAsync(due, cancellationToken);
    }

    /// <summary>Experiments whose runs are gone, with what was about them.</summary>
    private async Task RemoveExperimentsAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var gone = await database.ReadAsync((db, token) => db.Experiments
            .Where(experiment => experiment.DeletedAt <= due && !db.Set<Run>().Any(run => run.ExperimentId == experiment.Id))
            .OrderBy(experiment => experiment.DeletedAt)
            .Take(MaxAtOnce)
            .Select(experiment => experiment.Id)
            .ToListAsync(token), cancellationToken);
        foreach (var id in gone)
        {
            await database.WriteAsync(async (db, token) =>
            {
                var unused = db.Experiments.Where(experiment =>
                    experiment.Id == id && experiment.DeletedAt <= due && !db.Set<Run>().Any(run => run.ExperimentId == experiment.Id));
                if (await unused.ExecuteDeleteAsync(token) == 1)
                {
                    foreach (var removal in removals)
                    {
                        await removal.RemoveExperimentAsync(db, id, token);
                    }
                }
            }, cancellationToken);
        }
    }

    /// <summary>Deletes what is left of a run whose removal has begun.</summary>
    private async Task FinishAsync(string runId, CancellationToken cancellationToken)
    {
        foreach (var removal in removals)
        {
            await removal.RemoveRunAsync(runId, cancellationToken);
        }
        await states.ForgetAsync(runId);
        await database.WriteAsync(async (db, token) =>
        {
            await DeleteRowsAsync(db, runId, token);
            if (await db.Runs.Where(run => run.Id == runId && run.Removing).ExecuteDeleteAsync(token) == 1)
            {
                foreach (var removal in removals)
                {
                    await removal.RemoveLastOfRunAsync(db, runId, token);
                }
            }
        }, cancellationToken);
    }

    private static async Task DeleteRowsAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        foreach (var table in db.Model.GetEntityTypes()
            .Where(entity => typeof(IOfRun).IsAssignableFrom(entity.ClrType)).Select(entity => entity.GetTableName()))
        {
            var sql = $"DELETE FROM {table} WHERE run_id = {{0}}";
            await db.Database.ExecuteSqlRawAsync(sql, [runId], cancellationToken);
        }
    }
}
