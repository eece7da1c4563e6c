using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.Tokenizers;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Which files this process may read as a run's corpus.</summary>
internal static class CorpusAccess
{
    public static TextCorpusOptions CorpusOptions(this AppPaths paths, TrainingConfig config) => new()
    {
        // A given model lies below the corpus folder, but its JSON files are not text to learn.
        ExcludedFolders =
        [
            paths.DataRoot, paths.ArtifactsRoot,
            .. config.PretrainedPath is { } pretrained ? [Path.GetFullPath(pretrained, paths.CorpusRoot)] : Array.Empty<string>(),
        ],
        LinkRoot = paths.CorpusRoot,
        ReplaceInvalidBytes = config.ReplaceInvalidBytes,
    };
}
