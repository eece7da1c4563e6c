namespace Trainyard.ExperimentStore.Storage;

/// <summary>A row that belongs to a run and is deleted with it.</summary>
internal interface IOfRun
{
    string RunId { get; }
}
