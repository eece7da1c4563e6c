using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Checkpoints;

internal sealed class Checkpoint : IOfRun
{
    public required string Id { get; init; }

    public required string RunId { get; init; }

    public required string Path { get; init; }

    public int Attempt { get; set; }

    public long? Step { get; set; }

    public bool IsBest { get; set; }

    public long? Size { get; set; }

    /// <summary>Metrics at that step: JSON.</summary>
    public string? Metrics { get; set; }

    public DateTimeOffset SavedAt { get; set; }
}
