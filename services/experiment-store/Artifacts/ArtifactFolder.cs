using System.IO.Enumeration;

namespace Trainyard.ExperimentStore.Artifacts;

/// <param name="Path">Below the folder, with forward slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When it was last written.</param>
internal sealed record ArtifactFile(string Path, long Size, DateTimeOffset Modified);

/// <summary>The finished files of one artifact.</summary>
internal sealed class ArtifactFolder(string folder)
{
    // Links are neither listed nor followed: they may lead out of the folder.
    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        MaxRecursionDepth = 16,
        IgnoreInaccessible = true,
    };

    public IEnumerable<ArtifactFile> Files => !Directory.Exists(folder) ? [] : new FileSystemEnumerable<ArtifactFile>(
        folder,
        (ref entry) => new(Path.GetRelativePath(folder, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'), entry.Length, entry.LastWriteTimeUtc),
        Walk)
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && !IsUnfinished(entry.FileName),
        ShouldRecursePredicate = (ref entry) => !IsUnfinished(entry.FileName),
    };

    /// <summary>Whether a file or folder on this path still has the temporary name it is written under.</summary>
    public static bool HasUnfinished(string path) => path.Split('/').Any(name => IsUnfinished(name));

    /// <summary>Opens a file for reading; null when it has gone since it was listed.</summary>
    public FileStream? Open(ArtifactFile file)
    {
        try
        {
            // Its writer may append to it, replace it or take it away meanwhile.
            return new FileStream(Path.Combine(folder, file.Path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static bool IsUnfinished(ReadOnlySpan<char> name) =>
        name.StartsWith(".tmp-", StringComparison.Ordinal) || name.EndsWith(".tmp", StringComparison.Ordinal);
}
