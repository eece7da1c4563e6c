using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.Tokenizers;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Which files this process may read as a run's corpus.</summary>
internal static class CorpusAccess
{
    public static TextCorpusOptions CorpusOptions(this AppPaths paths, TrainingConfig config) => new()
    {
        ExcludedFolders = [paths.DataRoot, paths.ArtifactsRoot],
        LinkRoot = paths.CorpusRoot,
        ReplaceInvalidBytes = config.ReplaceInvalidBytes,
    };
}
