using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>Which checkpoint of a run is evaluated.</summary>
internal static class EvaluationCheckpoints
{
    private const int MaxTried = 100;

    /// <summary>The checkpoint asked for, or else the best one, or the latest; null when it is not on disk.</summary>
    public static async Task<Checkpoint?> ToEvaluateAsync(
        this StoreContext db, CheckpointPaths paths, string runId, string? checkpointId, CancellationToken cancellationToken)
    {
        var candidates = await db.Checkpoints
            .Where(one => one.RunId == runId && (checkpointId == null || one.Id == checkpointId))
            .OrderByDescending(one => one.IsBest)
            .ThenByDescending(one => one.Step)
            .Take(MaxTried)
            .ToListAsync(cancellationToken);
        return candidates.Find(one => paths.FolderOf(one) is not null);
    }
}
