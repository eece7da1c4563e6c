namespace Trainyard.Backups;

/// <summary>
/// A snapshot of the artifacts: a hard link to each file, beside the originals. Files that are deleted or replaced during the backup stay
/// available through their links. Where hard links don't work, the originals are copied.
/// </summary>
internal sealed class FrozenArtifacts : IDisposable
{
    private const string Prefix = ".tmp-backup-";

    private readonly string root;
    private readonly string stage;
    private readonly SortedDictionary<string, string> files = new(StringComparer.Ordinal);

    private FrozenArtifacts(string root, string stage) => (this.root, this.stage) = (root, stage);

    /// <summary>The source of each file, by its path below the artifacts root.</summary>
    public IReadOnlyDictionary<string, string> Files => files;

    public static FrozenArtifacts In(string root)
    {
        foreach (var left in Directory.Exists(root) ? Directory.GetDirectories(root, Prefix + "*") : [])
        {
            Directory.Delete(left, recursive: true);
        }
        return new(root, Path.Combine(root, Prefix + Guid.NewGuid().ToString("N")));
    }

    /// <summary>Links all files that are not linked yet.</summary>
    public void Freeze()
    {
        if (Directory.Exists(root))
        {
            Freeze("");
        }
    }

    public void Leave(Func<string, bool> which)
    {
        foreach (var path in files.Keys.Where(which).ToList())
        {
            files.Remove(path);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(stage))
        {
            Directory.Delete(stage, recursive: true);
        }
    }

    private void Freeze(string folder)
    {
        var original = Path.Combine(root, folder);
        if (List(original) is not { } entries)
        {
            return;
        }
        var frozen = new List<string>();
        var gone = false;
        foreach (var file in entries.Where(entry => entry is FileInfo))
        {
            var path = Join(folder, file.Name);
            if (files.ContainsKey(path))
            {
                continue;
            }
            var link = Path.Combine(stage, path);
            Directory.CreateDirectory(Path.GetDirectoryName(link) ?? stage);
            switch (HardLink.TryCreate(link, file.FullName))
            {
                case Linked.Done:
                    files[path] = link;
                    frozen.Add(path);
                    break;
                case Linked.Impossible:
                    files[path] = file.FullName;
                    frozen.Add(path);
                    break;
                case Linked.Gone:
                    gone = true;
                    break;
            }
        }
        if (gone && !Directory.Exists(original))
        {
            // Deleted meanwhile. Drop its other files too: a partial checkpoint is useless.
            frozen.ForEach(path => files.Remove(path));
            return;
        }
        foreach (var inner in entries.Where(entry => entry is DirectoryInfo))
        {
            Freeze(Join(folder, inner.Name));
        }
    }

    // Skips unfinished files and symbolic links, which may point anywhere.
    private static List<FileSystemInfo>? List(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null
                && !entry.Name.StartsWith(".tmp-", StringComparison.Ordinal) && !entry.Name.EndsWith(".tmp", StringComparison.Ordinal))];
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
