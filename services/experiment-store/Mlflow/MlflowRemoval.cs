using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Models;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow;

/// <summary>Deletes what MLflow's clients stored about an experiment. Rows of runs are deleted with their runs.</summary>
internal sealed class MlflowRemoval : IRemoval
{
    public async Task RemoveExperimentAsync(StoreContext db, string experimentId, CancellationToken cancellationToken)
    {
        await db.MlflowExperiments.Where(row => row.ExperimentId == experimentId).ExecuteDeleteAsync(cancellationToken);
        await db.LoggedModels.Where(model => model.ExperimentId == experimentId && model.RunId == "").ExecuteDeleteAsync(cancellationToken);
    }
}
