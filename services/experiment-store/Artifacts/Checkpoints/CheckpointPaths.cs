using System.Globalization;
using Microsoft.Extensions.Options;
using Trainyard.FilePaths;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>Location of a checkpoint.</summary>
internal enum CheckpointPlace
{
    /// <summary>In its run's folder. The files belong to the run and are deleted with it.</summary>
    OfRun,

    /// <summary>In a folder of <c>CHECKPOINTS__ROOTS</c>.</summary>
    Readable,

    /// <summary>In a folder that may not be read.</summary>
    Forbidden,

    /// <summary>A URL instead of a path.</summary>
    Elsewhere,
}

/// <summary>Resolves the paths of checkpoints.</summary>
internal sealed class CheckpointPaths(AppPaths paths, IOptions<CheckpointOptions> options)
{
    /// <summary>Resolves a path. A relative one is in the run's folder. The files of other runs can't be named.</summary>
    /// <returns>The location and full path, which is empty if it may not be read.</returns>
    public (CheckpointPlace Place, string FullPath) Find(string runId, string path)
    {
        if (path.Contains("://", StringComparison.Ordinal))
        {
            return (CheckpointPlace.Elsewhere, "");
        }
        var own = paths.Model(runId);
        if (ContainedPath.Resolve(own, path) is { } inside && inside.Length > own.Length)
        {
            return (CheckpointPlace.OfRun, inside);
        }
        var readable = Path.IsPathRooted(path)
            ? options.Value.RootFolders.Select(root => ContainedPath.Resolve(root, path)).FirstOrDefault(found => found is not null)
            : null;
        return readable is null ? (CheckpointPlace.Forbidden, "") : (CheckpointPlace.Readable, readable);
    }

    /// <summary>The path to store: relative if it is in the run's folder.</summary>
    public string NameOf(string runId, string path) => Find(runId, path) is (CheckpointPlace.OfRun, var full)
        ? Path.GetRelativePath(paths.Model(runId), full).Replace(Path.DirectorySeparatorChar, '/')
        : path;

    /// <summary>True if its files exist; null if this machine can't access them.</summary>
    public bool? IsHere(Checkpoint checkpoint) => Find(checkpoint.RunId, checkpoint.Path) switch
    {
        (CheckpointPlace.OfRun or CheckpointPlace.Readable, var path) => Path.Exists(path),
        _ => null,
    };

    /// <summary>True if Trainyard's trainer has written but not yet published it.</summary>
    public bool IsUnpublished(Checkpoint checkpoint)
    {
        var attempt = checkpoint.Attempt.ToString(CultureInfo.InvariantCulture);
        var folder = Path.Combine(paths.Model(checkpoint.RunId), ".tmp-attempts", attempt);
        return ContainedPath.Resolve(folder, checkpoint.Path) is { } path && Path.Exists(path);
    }

    /// <summary>The folder of a checkpoint of Trainyard's trainer, relative to the artifacts root; null if it doesn't exist.</summary>
    public string? FolderOf(Checkpoint checkpoint)
    {
        var path = Path.GetFullPath(checkpoint.Path, paths.Model(checkpoint.RunId));
        return ContainedPath.Resolve(paths.ArtifactsRoot, path) is { } folder && Directory.Exists(folder)
            ? Path.GetRelativePath(paths.ArtifactsRoot, folder)
            : null;
    }
}
