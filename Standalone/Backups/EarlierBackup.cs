namespace Trainyard.Standalone.Backups;

/// <summary>A backup whose unchanged files the next one shares.</summary>
internal sealed class EarlierBackup(string folder)
{
    private readonly Dictionary<string, BackupFile> files =
        BackupManifest.Read(folder).Files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    /// <summary>Gives the earlier copy a second name where the original has not changed and the copy is intact; null otherwise.</summary>
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
