namespace Trainyard.Backups;

/// <summary>A previous backup, whose unchanged files are shared by the next one.</summary>
internal sealed class EarlierBackup(string folder)
{
    private readonly Dictionary<string, BackupFile> files =
        BackupManifest.Read(folder).Files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    /// <summary>Hard-links the earlier copy if the original is unchanged and the copy is intact; null otherwise.</summary>
    public BackupFile? TryShare(string path, FileInfo original, string target)
    {
        var copy = Path.Combine(folder, path);
        return files.TryGetValue(path, out var known)
            && original.Exists && original.Length == known.Size && original.LastWriteTimeUtc == known.Modified
            && File.Exists(copy) && HashedCopy.HashOf(copy) == known.Sha256
            && HardLink.TryCreate(target, copy) is Linked.Done
                ? known
                : null;
    }
}
