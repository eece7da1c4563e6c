using Trainyard.Contracts.Errors;
using Trainyard.FilePaths;
using Trainyard.RunFormats;
using Trainyard.RunFormats.Json;
using Trainyard.RunFormats.Neptune;
using Trainyard.RunFormats.TensorBoard;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>The folders of uploads and unpacked archives, and the sources in them.</summary>
internal sealed class ImportFolders(AppPaths paths, Microsoft.Extensions.Options.IOptions<ImportOptions> options)
{
    private string Root => Path.Combine(paths.DataRoot, "imports");

    public string Of(string importId) => Path.Combine(Root, importId);

    public string Upload(string importId) => Path.Combine(Of(importId), "upload");

    /// <summary>Whether this machine has the data of the import.</summary>
    public bool Has(Import import) => Path.Exists(import.Path ?? Upload(import.Id));

    /// <summary>Resolves a caller's path to an existing file or folder.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN or DATA_NOT_FOUND.</exception>
    public string Resolve(string path) => paths.ResolveInput(path, "path");

    /// <summary>Opens the data of an import, unpacked if it is an archive.</summary>
    /// <exception cref="TrainyardException">The archive is refused, or holds nothing of that format.</exception>
    public async Task<RunReader> OpenAsync(Import import, CancellationToken cancellationToken)
    {
        var path = import.Path ?? Upload(import.Id);
        var label = import.Path is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(import.Path));
        if (import.Format is not ImportFormat.Trainyard && File.Exists(path))
        {
            var unpacked = Path.Combine(Of(import.Id), "unpacked");
            // Left by an interrupted attempt.
            if (Directory.Exists(unpacked))
            {
                Directory.Delete(unpacked, recursive: true);
            }
            Directory.CreateDirectory(unpacked);
            path = await new Unpacking(unpacked, options.Value).TryAsync(path, cancellationToken) ? unpacked : path;
        }
        switch (import.Format)
        {
            case ImportFormat.Trainyard when File.Exists(path):
                return new JsonExportReader(path, options.Value.MaxUnpackedBytes);
            case ImportFormat.TensorBoard when File.Exists(path) || EventFolder.Find(path).Any():
                return new TensorBoardReader(path, label);
            case ImportFormat.Neptune when Parquet(path) is { Count: > 0 } files:
                return new NeptuneReader(files, import.StepMultiplier);
            default:
                throw new TrainyardException(ErrorCode.DataNotFound, import.Format switch
                {
                    ImportFormat.Trainyard => "The path is a folder. A Trainyard export is one file.",
                    ImportFormat.TensorBoard => "It has no event file (events.out.tfevents.*).",
                    _ => "It has no Parquet file.",
                });
        }
    }

    /// <summary>Records an attempt on disk, for a process that takes over an abandoned import.</summary>
    /// <returns>The number of attempts on this machine.</returns>
    public int Begin(string importId)
    {
        Directory.CreateDirectory(Of(importId));
        File.AppendAllText(AttemptsFile(importId), "\n");
        return (int)new FileInfo(AttemptsFile(importId)).Length;
    }

    /// <summary>Clears the attempts: a graceful shutdown is not a failure.</summary>
    public void ClearAttempts(string importId) => File.Delete(AttemptsFile(importId));

    private string AttemptsFile(string importId) => Path.Combine(Of(importId), "tries");

    /// <summary>Imports whose folder has not changed since a time.</summary>
    public IEnumerable<string> OlderThan(DateTimeOffset time) => Directory.Exists(Root)
        ? new DirectoryInfo(Root).EnumerateDirectories().Where(folder => NewestWrite(folder) < time.UtcDateTime)
            .Select(folder => folder.Name)
        : [];

    public void Remove(string importId)
    {
        try
        {
            Directory.Delete(Of(importId), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The import had no upload and no archive.
        }
    }

    private static DateTime NewestWrite(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().Select(entry => entry.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max();

    private static List<string> Parquet(string path) => File.Exists(path)
        ? [path]
        : [.. Directory.EnumerateFiles(path, "*.parquet", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
        }).Where(ContainedPath.HasContent)];
}
