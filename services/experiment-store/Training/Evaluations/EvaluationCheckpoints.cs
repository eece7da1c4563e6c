using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>Chooses the checkpoint to evaluate.</summary>
internal static class EvaluationCheckpoints
{
    private const int MaxCandidates = 100;

    /// <summary>The requested checkpoint, otherwise the best or the latest one; null if none is on disk.</summary>
    public static async Task<Checkpoint?> ToEvaluateAsync(
        this StoreContext db, CheckpointPaths paths, string runId, string? checkpointId, CancellationToken cancellationToken)
    {
        var candidates = await db.Checkpoints
            .Where(checkpoint => checkpoint.RunId == runId && (checkpointId == null || checkpoint.Id == checkpointId))
            .OrderByDescending(checkpoint => checkpoint.IsBest)
            .ThenByDescending(checkpoint => checkpoint.Step)
            .Take(MaxCandidates)
            .ToListAsync(cancellationToken);
        return candidates.Find(checkpoint => paths.FolderOf(checkpoint) is not null);
    }
}
