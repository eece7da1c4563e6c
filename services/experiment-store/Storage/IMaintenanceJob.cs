namespace Trainyard.ExperimentStore.Storage;

/// <summary>Background work of a feature that may take its time.</summary>
internal interface IMaintenanceJob
{
    /// <summary>Names the job in the log.</summary>
    string Name { get; }

    /// <summary>Does what is due. Called again every <c>RUNS:RECONCILE_EVERY_SECONDS</c>, whether or not it failed.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken);
}
