using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>The folders of uploads and unpacked archives.</summary>
internal sealed class ImportFolders(AppPaths paths)
{
    private string Root => Path.Combine(paths.DataRoot, "imports");

    public string Of(string importId) => Path.Combine(Root, importId);

    public string Upload(string importId) => Path.Combine(Of(importId), "upload");

    public string Unpacked(string importId) => Path.Combine(Of(importId), "unpacked");

    /// <summary>Whether this machine has the data of the import. A database is reached from every machine.</summary>
    public bool Has(Import import) => import.Database is not null || Path.Exists(import.Path ?? Upload(import.Id));

    /// <summary>Resolves a caller's path to an existing file or folder.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN or DATA_NOT_FOUND.</exception>
    public string Resolve(string path, string member) => paths.ResolveInput(path, member);

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
}
