using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>
/// Deletes runs permanently, at once or when they can no longer be restored. First hides the run, then deletes its rows in chunks to
/// keep transactions short, then its files. Resumes removals that a crashed process left unfinished.
/// </summary>
internal sealed class RunRemoval(
    Database database, IEnumerable<IRemoval> removals, RunStates states, IOptions<RunOptions> options, TimeProvider clock,
    SettledClock settled)
    : IMaintenanceJob
{
    private const int MaxAtOnce = 100;
    private static readonly TimeSpan ResumeAfter = TimeSpan.FromMinutes(5);

    public string Name => "run removal";

    /// <summary>Deletes a run at once, even if it could still be restored.</summary>
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

    /// <summary>Removes runs and experiments whose time to restore is over, and resumes unfinished removals.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = settled.Now - options.Value.UndoWithin;
        var (left, future) = (now - ResumeAfter, now + DueTimes.Tolerance);
        var runs = await database.ReadAsync((db, token) => db.Runs
            .Where(run => run.DeletedAt != null
                && (run.DeletedAt <= due || (run.Removing && (run.DeletedAt < left || run.DeletedAt > future))))
            .OrderBy(run => run.DeletedAt)
            .Take(MaxAtOnce)
            .Select(run => run.Id)
            .ToListAsync(token), cancellationToken);
        foreach (var id in runs)
        {
            var begun = await database.WriteAsync(async (db, token) =>
                await db.LockRuns([id]).SingleOrDefaultAsync(token) is { DeletedAt: { } at } run
                && (run.Removing || at <= due) && (run.Removing = true), cancellationToken);
            if (begun)
            {
                await FinishAsync(id, cancellationToken);
            }
        }
        await RemoveExperimentsAsync(due, cancellationToken);
    }

    /// <summary>Removes experiments that have no runs left.</summary>
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

    /// <summary>Completes the removal of a run.</summary>
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
