using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Checkpoints;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Evaluations;

/// <summary>Which checkpoint of a run is evaluated.</summary>
internal static class EvaluationCheckpoints
{
    private const int MostTried = 100;

    /// <summary>The checkpoint asked for, or else the best one, or the latest; null when it is not on disk.</summary>
    public static async Task<Checkpoint?> ToEvaluateAsync(
        this StoreContext db, AppPaths paths, string runId, string? checkpointId, CancellationToken cancellationToken)
    {
        var candidates = await db.Checkpoints
            .Where(one => one.RunId == runId && (checkpointId == null || one.Id == checkpointId))
            .OrderByDescending(one => one.IsBest)
            .ThenByDescending(one => one.Step)
            .Take(MostTried)
            .ToListAsync(cancellationToken);
        return candidates.Find(one => FolderOf(one, paths) is not null);
    }

    /// <summary>Below the artifacts root; null when it is not there.</summary>
    public static string? FolderOf(Checkpoint checkpoint, AppPaths paths)
    {
        var folder = Path.GetFullPath(checkpoint.Path, paths.Model(checkpoint.RunId));
        return ContainedPath.Resolve(paths.ArtifactsRoot, folder) is { } found && Directory.Exists(found)
            ? Path.GetRelativePath(paths.ArtifactsRoot, found)
            : null;
    }
}
