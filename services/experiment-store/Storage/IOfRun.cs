namespace Trainyard.ExperimentStore.Storage;

/// <summary>A row that belongs to a run, and goes when the run goes.</summary>
internal interface IOfRun
{
    string RunId { get; }
}
