using Trainyard.FilePaths;

namespace Trainyard.Backups;

/// <summary>Verifies backups and restores them to data folders.</summary>
/// <param name="database">Checks the database of a backup.</param>
public sealed class Restore(IBackupDatabase database)
{
    private const string Unfinished = ".tmp-restore-";
    private const string Aside = "before-restore-";
    private const int MaxListed = 3;

    /// <summary>Verifies all files of a backup.</summary>
    /// <param name="backup">The backup's folder.</param>
    /// <returns>Its manifest.</returns>
    /// <exception cref="BackupException">A file is missing or changed, or the backup is of a newer version.</exception>
    public BackupManifest Verify(string backup)
    {
        backup = Path.GetFullPath(backup);
        if (!Directory.Exists(backup))
        {
            throw new BackupException($"there is no backup at {backup}.");
        }
        var manifest = BackupManifest.Read(backup);
        try
        {
            var broken = manifest.Files.Where(file => !IsIntact(backup, file)).Select(file => file.Path).ToList();
            if (broken.Count > 0)
            {
                var more = broken.Count > MaxListed ? $" and {broken.Count - MaxListed} more" : "";
                throw new BackupException($"{backup} is damaged: {string.Join(", ", broken.Take(MaxListed))}{more} "
                    + $"{(broken.Count == 1 ? "has" : "have")} changed since the backup was written.");
            }
            database.Check(Path.Combine(backup, BackupManifest.Database));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BackupException($"{backup} can't be used: {exception.Message}", exception);
        }
        return manifest;
    }

    /// <summary>Restores all of a backup to a data folder, regardless of settings for individual paths.</summary>
    /// <param name="backup">The backup's folder.</param>
    /// <param name="data">The data folder, created if missing.</param>
    /// <param name="force">Moves existing content to a subfolder. Nothing is deleted.</param>
    /// <param name="now">Used in the name of that subfolder.</param>
    /// <returns>The folder with the previous content, if there was any.</returns>
    /// <exception cref="BackupException">
    /// The backup is damaged, or the data folder is in use or not empty. The data folder is unchanged then.
    /// </exception>
    public string? Run(string backup, string data, bool force, DateTimeOffset now)
    {
        var manifest = Verify(backup);
        try
        {
            Directory.CreateDirectory(data);
            var lockFile = new FileInfo(Path.Combine(data, DataPaths.LockName));
            var hadLock = lockFile.Exists;
            using var alone = FolderLock.Take(data, DataPaths.LockName)
                ?? throw new BackupException($"Trainyard is running on {data}. Stop it first.");
            foreach (var left in Directory.GetDirectories(data, Unfinished + "*"))
            {
                Directory.Delete(left, recursive: true);
            }
            var old = Content(data);
            if (old.Count > 0 && !force)
            {
                if (!hadLock)
                {
                    lockFile.Delete();
                }
                throw new BackupException(
                    $"{data} is not empty. Pass --data DIR for another folder, or --force to move its content to a subfolder.");
            }
            var restored = Path.Combine(data, Unfinished + Guid.NewGuid().ToString("N"));
            try
            {
                Copy(manifest, Path.GetFullPath(backup), restored);
                var aside = old.Count == 0 ? null : Move(old, Path.Combine(data, $"{Aside}{now:yyyyMMdd'T'HHmmss'Z'}"));
                Move(Content(restored), data);
                return aside;
            }
            finally
            {
                Directory.Delete(restored, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{data} can't be restored to: {exception.Message}", exception);
        }
    }

    private static bool IsIntact(string backup, BackupFile file) =>
        ContainedPath.Resolve(backup, file.Path) is { } path && new FileInfo(path) is { Exists: true } found
        && found.Length == file.Size && HashedCopy.HashOf(path) == file.Sha256;

    // Hashes again, to detect changes since the verification.
    private static void Copy(BackupManifest manifest, string backup, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(target, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? target);
            if (HashedCopy.Still(Path.Combine(backup, file.Path), path, file) != file)
            {
                throw new BackupException($"{backup} is damaged: {file.Path} changed while it was being restored.");
            }
        }
    }

    /// <summary>Moves the artifacts before the database, so that a database never references missing files.</summary>
    private static string Move(IEnumerable<FileSystemInfo> entries, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var entry in entries.OrderByDescending(entry => entry is DirectoryInfo))
        {
            var path = Path.Combine(folder, entry.Name);
            if (entry is DirectoryInfo inner)
            {
                inner.MoveTo(path);
            }
            else
            {
                File.Move(entry.FullName, path);
            }
        }
        return folder;
    }

    private static List<FileSystemInfo> Content(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name is not (DataPaths.LockName or Backup.LockName)
            && !entry.Name.StartsWith(Unfinished, StringComparison.Ordinal) && !entry.Name.StartsWith(Aside, StringComparison.Ordinal)),
    ];
}
