using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Mlflow;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>Finds the runs that MLflow's clients may read or write.</summary>
internal static class RunAccess
{
    public static MlflowException NoRun(string id) => MlflowException.Absent($"Run with id={id} not found");

    /// <summary>Reads a run, deleted ones included.</summary>
    /// <exception cref="MlflowException">There is no such run.</exception>
    public static async Task<Run> ReadableRunAsync(
        this StoreContext db, HttpContext http, string id, CancellationToken cancellationToken)
    {
        var run = Identifier.IsValid(id)
            ? await db.Runs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && !row.Removing, cancellationToken) : null;
        if (run is null)
        {
            throw NoRun(id);
        }
        RequireReadable(Caller.Of(http), run.Id, run.ExperimentId);
        return run;
    }

    /// <summary>A key without permission to read may read what it may write.</summary>
    public static void RequireReadable(Caller caller, string runId, string? experimentId)
    {
        if ((caller.May & (KeyScopes.Read | KeyScopes.Admin)) is KeyScopes.None)
        {
            caller.RequireRun(runId);
            caller.RequireExperiment(experimentId);
        }
    }

    /// <summary>Reads a run and locks its row.</summary>
    /// <exception cref="MlflowException">There is no such run, or Trainyard trains it.</exception>
    public static async Task<Run> HeldRunAsync(this StoreContext db, HttpContext http, string id, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(http);
        caller.RequireRun(id);
        var run = Identifier.IsValid(id) ? await db.LockRuns(id).SingleOrDefaultAsync(cancellationToken) : null;
        if (run is not { Removing: false })
        {
            throw NoRun(id);
        }
        caller.RequireExperiment(run.ExperimentId);
        return run.Kind is RunKind.External ? run : throw new MlflowException(
            MlflowError.PermissionDenied,
            $"Run {id} is trained by Trainyard. MLflow's API can read it, but only its trainer and Trainyard's own API change it.");
    }

    /// <summary>Requires a run to be active.</summary>
    public static Run Active(this Run run) => run.DeletedAt is null ? run : throw MlflowException.Invalid(
        $"The run {run.Id} must be in the 'active' state. Current state is {ExperimentView.Deleted}.");
}
