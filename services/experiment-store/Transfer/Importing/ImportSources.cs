using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Transfer.Importing.Mlflow;
using Trainyard.FilePaths;
using Trainyard.RunFormats;
using Trainyard.RunFormats.Json;
using Trainyard.RunFormats.Mlflow;
using Trainyard.RunFormats.Neptune;
using Trainyard.RunFormats.TensorBoard;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Opens what is to be imported.</summary>
internal sealed class ImportSources(ImportFolders folders, MlflowPostgres postgres, IOptions<ImportOptions> options)
{
    /// <summary>Opens the data of an import, unpacked if it is an archive.</summary>
    /// <exception cref="TrainyardException">The archive is refused, or holds nothing of that format.</exception>
    public async Task<RunReader> OpenAsync(Import import, CancellationToken cancellationToken)
    {
        if (import.Database is not null)
        {
            return new MlflowDatabaseReader(await postgres.OpenAsync(import, cancellationToken), import.ArtifactsPath);
        }
        var path = import.Path ?? folders.Upload(import.Id);
        var label = import.Path is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(import.Path));
        if (import.Format is not ImportFormat.Trainyard && File.Exists(path))
        {
            path = await UnpackAsync(import, path, cancellationToken);
        }
        switch (import.Format)
        {
            case ImportFormat.Trainyard when File.Exists(path):
                return new JsonExportReader(path, options.Value.MaxUnpackedBytes);
            case ImportFormat.TensorBoard when File.Exists(path) || EventFolder.Find(path).Any():
                return new TensorBoardReader(path, label);
            case ImportFormat.Neptune when Parquet(path) is { Count: > 0 } files:
                return new NeptuneReader(files, import.StepMultiplier);
            case ImportFormat.Mlflow when File.Exists(path):
                return new MlflowDatabaseReader(await MlflowSqlite.OpenAsync(path, cancellationToken), import.ArtifactsPath);
            case ImportFormat.Mlflow when MlflowFolderReader.Open(path) is { } reader:
                return reader;
            default:
                throw new TrainyardException(ErrorCode.DataNotFound, import.Format switch
                {
                    ImportFormat.Trainyard => "The path is a folder. A Trainyard export is one file.",
                    ImportFormat.TensorBoard => "It has no event file (events.out.tfevents.*).",
                    ImportFormat.Mlflow => "It has no experiment of MLflow: a folder mlruns with a meta.yaml for each experiment.",
                    _ => "It has no Parquet file.",
                });
        }
    }

    private async Task<string> UnpackAsync(Import import, string path, CancellationToken cancellationToken)
    {
        var unpacked = folders.Unpacked(import.Id);
        // Left by an interrupted attempt.
        if (Directory.Exists(unpacked))
        {
            Directory.Delete(unpacked, recursive: true);
        }
        Directory.CreateDirectory(unpacked);
        return await new Unpacking(unpacked, options.Value).TryAsync(path, cancellationToken) ? unpacked : path;
    }

    private static List<string> Parquet(string path) => File.Exists(path)
        ? [path]
        : [.. Directory.EnumerateFiles(path, "*.parquet", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
        }).Where(ContainedPath.HasContent)];
}
