using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Deletes the alert rules of a run or an experiment.</summary>
internal sealed class AlertRemoval : IRemoval
{
    public Task RemoveLastOfRunAsync(StoreContext db, string runId, CancellationToken cancellationToken) =>
        db.AlertRules.Where(rule => rule.RunId == runId).ExecuteDeleteAsync(cancellationToken);

    public async Task RemoveExperimentAsync(StoreContext db, string experimentId, CancellationToken cancellationToken)
    {
        var rules = db.AlertRules.Where(rule => rule.ExperimentId == experimentId);
        await db.AlertStates.Where(state => rules.Any(rule => rule.Id == state.AlertId)).ExecuteDeleteAsync(cancellationToken);
        await db.AlertFirings.Where(firing => rules.Any(rule => rule.Id == firing.AlertId)).ExecuteDeleteAsync(cancellationToken);
        await rules.ExecuteDeleteAsync(cancellationToken);
    }
}
