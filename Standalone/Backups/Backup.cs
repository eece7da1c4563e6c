using Trainyard.ExperimentStore.Transfer;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.Standalone.Backups;

/// <summary>What was backed up.</summary>
/// <param name="Folder">Where to.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">In all.</param>
/// <param name="Shared">Bytes of them that are shared with the backup before.</param>
internal sealed record BackupTaken(string Folder, int Files, long Bytes, long Shared);

/// <summary>
/// Takes a backup of a data folder, whether or not a Trainyard works in it. The database is copied as of one moment; every file it knows of
/// that was there at that moment is copied too.
/// </summary>
internal sealed class Backup(DataPaths data, TimeProvider time)
{
    public const string LockName = ".backup.lock";

    private const string Unfinished = ".tmp-";

    /// <param name="folder">Appears only once the backup is complete.</param>
    /// <param name="since">An earlier backup; its files are shared, not copied, where nothing has changed since.</param>
    /// <param name="cancellation">Ends it; nothing is left behind.</param>
    /// <exception cref="BackupException">It can't be taken.</exception>
    public BackupTaken Take(string folder, string? since, CancellationToken cancellation)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(folder))
        {
            throw new BackupException($"{folder} exists already. Name a folder that doesn't.");
        }
        if (folder.StartsWith(data.Artifacts + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BackupException($"{folder} is inside the artifacts it would be a backup of.");
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
            // One at a time: another would take its frozen files for leftovers.
            using var alone = FolderLock.Take(data.Root, LockName)
                ?? throw new BackupException($"another backup of {data.Root} is being taken.");
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
        var database = Path.Combine(folder, BackupManifest.Database);
        using var artifacts = FrozenArtifacts.In(data.Artifacts);
        // Before and after: what the database knows of was there at one of these moments, unless it had been deleted long since.
        artifacts.Freeze();
        EmbeddedDatabase.Copy(data.Database, database);
        artifacts.Freeze();
        cancellation.ThrowIfCancellationRequested();
        EmbeddedDatabase.Check(database);
        artifacts.Leave(LaterThan(EmbeddedDatabase.Checkpoints(database), artifacts.Files.Keys));

        var files = new List<BackupFile> { new(BackupManifest.Database, new FileInfo(database).Length, started.UtcDateTime, HashedCopy.HashOf(database)) };
        // After the database: a key is there before what it encrypts.
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
                // Deleted since it was listed, where links can't be made.
                continue;
            }
        }
        new BackupManifest(BackupManifest.CurrentFormat, RunningVersion.Current.Version, started, files).Write(folder);
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
    /// Files of checkpoints the database does not know yet: a run that went on from one would miss the values before it. A run of which it
    /// knows none keeps them, which is better than none.
    /// </summary>
    private static Func<string, bool> LaterThan(IReadOnlySet<(string RunId, string Path)> known, IEnumerable<string> paths)
    {
        var covered = paths.Select(CheckpointOf).OfType<(string RunId, string Path)>().Where(known.Contains).Select(one => one.RunId).ToHashSet(StringComparer.Ordinal);
        return path => CheckpointOf(path) is { } checkpoint && covered.Contains(checkpoint.RunId) && !known.Contains(checkpoint);
    }

    private static (string RunId, string Path)? CheckpointOf(string path) =>
        path.Split('/') is ["models", var runId, "checkpoints", var step, _, ..] ? (runId, $"checkpoints/{step}") : null;
}
