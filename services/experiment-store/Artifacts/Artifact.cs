using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>A file that a run has reported.</summary>
internal sealed class Artifact : IOfRun
{
    public long Id { get; init; }

    public required string RunId { get; init; }

    public required string Path { get; init; }

    public string? Kind { get; set; }

    public long? Size { get; set; }

    public string? Sha256 { get; set; }

    public DateTimeOffset SavedAt { get; set; }
}
