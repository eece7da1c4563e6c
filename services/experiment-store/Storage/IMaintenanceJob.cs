namespace Trainyard.ExperimentStore.Storage;

/// <summary>Background work of a feature that is not urgent.</summary>
internal interface IMaintenanceJob
{
    /// <summary>The job's name in the log.</summary>
    string Name { get; }

    /// <summary>Does what is due. Called again every <c>RUNS:RECONCILE_EVERY_SECONDS</c>, whether or not it failed.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken);
}
