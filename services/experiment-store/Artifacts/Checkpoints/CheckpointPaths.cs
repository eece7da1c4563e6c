using System.Globalization;
using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>Whose folder a checkpoint lies in.</summary>
internal enum CheckpointPlace
{
    /// <summary>Its run's own: files there are the run's, and go with it.</summary>
    OfRun,

    /// <summary>One that may be read: another run's, or one of <c>CHECKPOINTS__ROOTS</c>.</summary>
    Readable,

    /// <summary>One that may not.</summary>
    Forbidden,

    /// <summary>An address instead of a path.</summary>
    Elsewhere,
}

/// <summary>Where the checkpoints are that runs have named.</summary>
internal sealed class CheckpointPaths(AppPaths paths, IOptions<CheckpointOptions> options)
{
    private readonly List<string> roots = [paths.ArtifactsRoot, .. options.Value.RootFolders];

    /// <summary>Where a path leads, relative ones from the run's folder.</summary>
    /// <returns>The full path too, empty where it may not be looked for.</returns>
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
        var readable = path.Contains('\0', StringComparison.Ordinal) ? null
            : roots.Select(root => ContainedPath.Resolve(root, Path.GetFullPath(path, own))).FirstOrDefault(found => found is not null);
        return readable is null ? (CheckpointPlace.Forbidden, "") : (CheckpointPlace.Readable, readable);
    }

    /// <summary>A path as it is stored: one in the run's own folder is told from there, however it was written.</summary>
    public string NameOf(string runId, string path) => Find(runId, path) is (CheckpointPlace.OfRun, var full)
        ? Path.GetRelativePath(paths.Model(runId), full).Replace(Path.DirectorySeparatorChar, '/')
        : path;

    /// <summary>Whether its files are here now; null when they are elsewhere.</summary>
    public bool? IsHere(Checkpoint checkpoint) => Find(checkpoint.RunId, checkpoint.Path) switch
    {
        (CheckpointPlace.OfRun or CheckpointPlace.Readable, var path) => Path.Exists(path),
        _ => null,
    };

    /// <summary>Whether our trainer is about to publish it.</summary>
    public bool IsOnItsWay(Checkpoint checkpoint) =>
        ContainedPath.Resolve(Path.Combine(paths.Model(checkpoint.RunId), ".tmp-attempts", checkpoint.Attempt.ToString(CultureInfo.InvariantCulture)), checkpoint.Path) is { } own
        && Path.Exists(own);

    /// <summary>The folder of a checkpoint of our own trainer, below the artifacts root; null when it is not there.</summary>
    public string? FolderOf(Checkpoint checkpoint) => ContainedPath.Resolve(paths.ArtifactsRoot, Path.GetFullPath(checkpoint.Path, paths.Model(checkpoint.RunId))) is { } found && Directory.Exists(found)
        ? Path.GetRelativePath(paths.ArtifactsRoot, found)
        : null;
}
