using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;
using Trainyard.FilePaths;
using Trainyard.Models.Runs;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.TrainerWorker.Training;

/// <summary>The folder with the model that a config begins with.</summary>
internal static class PretrainedFolders
{
    /// <summary>Resolves the folder; null if the config names none.</summary>
    /// <exception cref="TrainyardException">
    /// PATH_FORBIDDEN if it, or a link in it, leads outside the corpus folder; DATA_NOT_FOUND if it doesn't exist; CHECKPOINT_INVALID if it
    /// has no weights that can be read.
    /// </exception>
    public static string? Resolve(AppPaths paths, TrainingConfig config)
    {
        if (config.PretrainedPath is not { } path)
        {
            return null;
        }
        var folder = paths.ResolveInput(path, "pretrained_path");
        IReadOnlyList<string> files;
        try
        {
            files = PretrainedModel.FilesOf(folder);
        }
        catch (InvalidDataException exception)
        {
            throw new TrainyardException(ErrorCode.CheckpointInvalid, $"pretrained_path: {exception.Message}", exception);
        }
        files.ToList().ForEach(file => FileIn(paths, folder, file));
        return folder;
    }

    /// <summary>The tokenizer of a resolved folder.</summary>
    /// <exception cref="TrainyardException">TOKENIZER_NOT_FOUND without one; PATH_FORBIDDEN for a link that leads outside.</exception>
    public static string Tokenizer(AppPaths paths, string folder) => File.Exists(Path.Combine(folder, PretrainedModel.Tokenizer))
        ? FileIn(paths, folder, PretrainedModel.Tokenizer)
        : throw new TrainyardException(
            ErrorCode.TokenizerNotFound, "The folder at pretrained_path has no tokenizer.json, so tokenizer_id is required.");

    private static string FileIn(AppPaths paths, string folder, string name) =>
        ContainedPath.Resolve(paths.CorpusRoot, Path.Combine(folder, name)) ?? throw new TrainyardException(
            ErrorCode.PathForbidden,
            $"{name} in the folder at pretrained_path is a link to outside the corpus folder (APP__CORPUS_ROOT). Copy the file.");
}
