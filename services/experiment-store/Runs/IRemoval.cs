using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>Deletes a feature's data of a run or an experiment. Rows of <see cref="IOfRun"/> are deleted without it.</summary>
internal interface IRemoval
{
    /// <summary>Deletes rows of large tables in chunks, and files. Must be repeatable: it runs again after a crash.</summary>
    Task RemoveRunAsync(string runId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deletes in the transaction that deletes the run's row, when no sender can add to the run any more.</summary>
    Task RemoveLastOfRunAsync(StoreContext db, string runId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="Contracts.Errors.TrainyardException">ILLEGAL_TRANSITION: the experiment is in use.</exception>
    Task RequireUnusedAsync(StoreContext db, string experimentId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deletes in the transaction that deletes the experiment's row.</summary>
    Task RemoveExperimentAsync(StoreContext db, string experimentId, CancellationToken cancellationToken) => Task.CompletedTask;
}
