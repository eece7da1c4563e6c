using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>Deletes the files of a run.</summary>
internal sealed class ArtifactRemoval(ArtifactFiles files) : IRemoval
{
    public Task RemoveRunAsync(string runId, CancellationToken cancellationToken) =>
        files.DeleteAllAsync(ArtifactFiles.Models, runId, "", cancellationToken);
}
