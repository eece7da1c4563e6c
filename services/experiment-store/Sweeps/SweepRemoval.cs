using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>Deletes the sweeps of an experiment, which must have ended.</summary>
internal sealed class SweepRemoval : IRemoval
{
    public async Task RequireUnusedAsync(StoreContext db, string experimentId, CancellationToken cancellationToken)
    {
        if (await db.Sweeps.AnyAsync(
            sweep => sweep.ExperimentId == experimentId && (sweep.State == SweepState.Running || sweep.State == SweepState.Paused),
            cancellationToken))
        {
            throw new TrainyardException(ErrorCode.IllegalTransition,
                $"Experiment {experimentId} has a sweep that has not ended. Stop it first.");
        }
    }

    public async Task RemoveExperimentAsync(StoreContext db, string experimentId, CancellationToken cancellationToken)
    {
        var sweeps = db.Sweeps.Where(sweep => sweep.ExperimentId == experimentId);
        await db.SweepTrials.Where(trial => sweeps.Any(sweep => sweep.Id == trial.SweepId)).ExecuteDeleteAsync(cancellationToken);
        await sweeps.ExecuteDeleteAsync(cancellationToken);
    }
}
