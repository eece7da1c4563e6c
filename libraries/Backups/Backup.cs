namespace Trainyard.Backups;

/// <summary>The result of a backup.</summary>
/// <param name="Folder">The backup's folder.</param>
/// <param name="Files">Number of files, without the manifest.</param>
/// <param name="Bytes">Total size in bytes.</param>
/// <param name="Shared">Size in bytes of the files shared with the previous backup.</param>
public sealed record BackupTaken(string Folder, int Files, long Bytes, long Shared);

/// <summary>
/// Backs up a data folder, even while Trainyard is running on it. Copies a consistent snapshot of the database, and every file it
/// references that existed at that moment.
/// </summary>
/// <param name="data">What to back up.</param>
/// <param name="database">Copies the database.</param>
/// <param name="version">The Trainyard version, for the manifest.</param>
/// <param name="time">The clock, for the manifest.</param>
public sealed class Backup(DataPaths data, IBackupDatabase database, string version, TimeProvider time)
{
    internal const string LockName = ".backup.lock";

    private const string Unfinished = ".tmp-";

    /// <summary>Takes a backup.</summary>
    /// <param name="folder">The backup's folder, created only once the backup is complete.</param>
    /// <param name="since">An earlier backup, whose unchanged files are hard-linked instead of copied.</param>
    /// <param name="cancellation">Cancels the backup and removes partial files.</param>
    /// <exception cref="BackupException">The backup failed. Nothing is left in its place.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. Nothing is left in its place.</exception>
    public BackupTaken Take(string folder, string? since, CancellationToken cancellation)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(folder))
        {
            throw new BackupException($"{folder} exists already. Choose a new folder.");
        }
        if (folder.StartsWith(data.Artifacts + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BackupException($"{folder} is inside the artifacts folder to back up. Choose a folder outside of it.");
        }
        if (!File.Exists(data.Database))
        {
            throw new BackupException($"there is no database at {data.Database}. Pass --data DIR, or set APP__DATA_ROOT.");
        }
        var earlier = since is null ? null : new EarlierBackup(Path.GetFullPath(since));
        var parent = Path.GetDirectoryName(folder) ?? folder;
        var unfinished = Path.Combine(parent, $"{Unfinished}{Path.GetFileName(folder)}-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(unfinished);
            // One backup at a time: a second one would delete the first one's frozen files as leftovers.
            using var alone = FolderLock.Take(data.Root, LockName)
                ?? throw new BackupException($"another backup of {data.Root} is running.");
            var taken = Fill(unfinished, earlier, cancellation);
            Directory.Move(unfinished, folder);
            return taken with { Folder = folder };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BackupException(exception.Message, exception);
        }
        finally
        {
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }
        }
    }

    private BackupTaken Fill(string folder, EarlierBackup? earlier, CancellationToken cancellation)
    {
        var started = time.GetUtcNow();
        var copy = Path.Combine(folder, BackupManifest.Database);
        using var artifacts = FrozenArtifacts.In(data.Artifacts);
        // Freeze before and after the database copy: every file the snapshot references existed at one of these moments, unless it was
        // deleted long before.
        artifacts.Freeze();
        database.Copy(data.Database, copy);
        artifacts.Freeze();
        cancellation.ThrowIfCancellationRequested();
        database.Check(copy);
        artifacts.Leave(LaterThan(database.Checkpoints(copy), artifacts.Files.Keys));

        var files = new List<BackupFile>
        {
            new(BackupManifest.Database, new FileInfo(copy).Length, started.UtcDateTime, HashedCopy.HashOf(copy)),
        };
        // Keys after the database: a key exists before anything it encrypts.
        files.AddRange(CopyKeys(folder));
        var shared = 0L;
        foreach (var (path, source) in artifacts.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            var name = $"{BackupManifest.Artifacts}/{path}";
            var target = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? folder);
            if (earlier?.TryShare(name, new FileInfo(source), target) is { } same)
            {
                files.Add(same);
                shared += same.Size;
                continue;
            }
            try
            {
                files.Add(HashedCopy.Live(source, target, name));
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Deleted since it was listed; possible where files can't be hard-linked.
                continue;
            }
        }
        new BackupManifest(BackupManifest.CurrentFormat, version, started, files).Write(folder);
        return new(folder, files.Count, files.Sum(file => file.Size), shared);
    }

    private IEnumerable<BackupFile> CopyKeys(string folder)
    {
        if (!Directory.Exists(data.Keys))
        {
            yield break;
        }
        var target = Directory.CreateDirectory(Path.Combine(folder, BackupManifest.Keys)).FullName;
        foreach (var key in Directory.EnumerateFiles(data.Keys, "*.xml"))
        {
            var name = Path.GetFileName(key);
            yield return HashedCopy.Live(key, Path.Combine(target, name), $"{BackupManifest.Keys}/{name}");
        }
    }

    /// <summary>
    /// Matches files of checkpoints that the database snapshot doesn't have yet: a run resumed from one would miss the metrics before it.
    /// Keeps them for runs without any known checkpoint.
    /// </summary>
    private static Func<string, bool> LaterThan(IReadOnlySet<(string RunId, string Path)> known, IEnumerable<string> paths)
    {
        var covered = paths.Select(CheckpointOf)
            .OfType<(string RunId, string Path)>()
            .Where(known.Contains)
            .Select(checkpoint => checkpoint.RunId)
            .ToHashSet(StringComparer.Ordinal);
        return path => CheckpointOf(path) is { } checkpoint && covered.Contains(checkpoint.RunId) && !known.Contains(checkpoint);
    }

    private static (string RunId, string Path)? CheckpointOf(string path) =>
        path.Split('/') is ["models", var runId, "checkpoints", var step, _, ..] ? (runId, $"checkpoints/{step}") : null;
}
