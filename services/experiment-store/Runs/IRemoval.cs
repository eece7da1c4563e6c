using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>What a feature deletes with a run or an experiment, besides rows of <see cref="IOfRun"/>.</summary>
internal interface IRemoval
{
    /// <summary>Deletes large tables in chunks, and files. Repeated after a crash.</summary>
    Task RemoveRunAsync(string runId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deletes in the transaction that deletes the run's own row. No sender can add to the run any more.</summary>
    Task RemoveLastOfRunAsync(StoreContext db, string runId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="Contracts.Errors.TrainyardException">ILLEGAL_TRANSITION: the experiment is still used.</exception>
    Task RequireUnusedAsync(StoreContext db, string experimentId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deletes in the transaction that deletes the experiment's row.</summary>
    Task RemoveExperimentAsync(StoreContext db, string experimentId, CancellationToken cancellationToken) => Task.CompletedTask;
}
