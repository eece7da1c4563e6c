using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.RunFormats;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Copies files of a source to the files of its runs.</summary>
internal sealed class ImportedFiles(ArtifactFiles files)
{
    /// <summary>Copies the file that an event is about.</summary>
    /// <returns>The event with the stored path, size and hash; null, with a notice, if the file can't be kept.</returns>
    public async Task<RunEvent?> StoreAsync(SourceEvent item, SourceReport report, CancellationToken cancellationToken)
    {
        if (item is not { Content: { } file, Event: ArtifactSaved saved })
        {
            return null;
        }
        try
        {
            TrainerFiles.RequireNone(RunKind.External, saved.Path);
            // A pipe has the length 0 too, and opening it would wait for another program.
            await using var content = new FileInfo(file).Length == 0 ? Stream.Null : new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);
            var (path, size, sha256) = await files.WriteAsync(
                ArtifactFiles.Models, saved.RunId, saved.Path, content, sha256: null, cancellationToken);
            return saved with { Path = path, Size = size, Sha256 = sha256 };
        }
        catch (TrainyardException refused) when (refused.Code is ErrorCode.ConfigInvalid or ErrorCode.PathForbidden)
        {
            report.Skip("files", $"these names can't be used: {refused.Message.TrimEnd('.')}", $"{saved.RunId}/{saved.Path}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            report.Skip("files", "they were deleted meanwhile", $"{saved.RunId}/{saved.Path}");
        }
        return null;
    }
}
