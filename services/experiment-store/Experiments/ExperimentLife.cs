using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments;

/// <summary>Deletes and restores experiments, whose rows the caller has locked.</summary>
internal static class ExperimentLife
{
    /// <exception cref="TrainyardException">
    /// ILLEGAL_TRANSITION: it is in use, has runs and <paramref name="withRuns"/> is false, or has runs that are locked or training.
    /// </exception>
    public static async Task DeleteAsync(
        this Experiment experiment, StoreContext db, bool withRuns, IEnumerable<IRemoval> removals, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var removal in removals)
        {
            await removal.RequireUnusedAsync(db, experiment.Id, cancellationToken);
        }
        var own = db.Runs.Where(run => run.ExperimentId == experiment.Id && run.DeletedAt == null);
        if (withRuns)
        {
            await own.Where(run => !run.Locked && !(run.Kind == RunKind.Own && run.Status == RunStatus.Running))
                .ExecuteUpdateAsync(run => run.SetProperty(row => row.DeletedAt, now), cancellationToken);
        }
        if (await own.CountAsync(cancellationToken) is > 0 and var left)
        {
            throw new TrainyardException(ErrorCode.IllegalTransition, withRuns
                ? $"Experiment {experiment.Id} can't be deleted: {left} of its runs are locked or training."
                : $"Experiment {experiment.Id} still has {left} runs. Move them first, or delete them with it: runs=true.");
        }
        (experiment.DeletedAt, experiment.RunsDeletedAt) = (now, now);
    }

    /// <summary>Restores the experiment and the runs deleted with it.</summary>
    /// <returns>False if it was not deleted.</returns>
    public static async Task<bool> RestoreAsync(this Experiment experiment, StoreContext db, CancellationToken cancellationToken)
    {
        // A late event of one of its runs may already have restored the experiment, without the runs deleted with it.
        if (experiment is not { RunsDeletedAt: { } at })
        {
            return false;
        }
        await db.Runs.Where(run => run.ExperimentId == experiment.Id && run.DeletedAt == at && !run.Removing)
            .ExecuteUpdateAsync(run => run.SetProperty(row => row.DeletedAt, (DateTimeOffset?)null), cancellationToken);
        (experiment.DeletedAt, experiment.RunsDeletedAt) = (null, null);
        return true;
    }
}
