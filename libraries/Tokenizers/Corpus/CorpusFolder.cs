namespace Trainyard.Tokenizers;

/// <summary>A file that may belong to a corpus, or what is known to be wrong with it.</summary>
internal readonly record struct CorpusEntry(string Relative, string Full, string? Problem = null);

/// <summary>
/// Finds the files of a corpus folder. Links are followed last, in ordinal order, and only to files not found before, so that no file is
/// read twice.
/// </summary>
internal sealed class CorpusFolder
{
    private static readonly HashSet<string> _excludedNames = new(["bin", "obj", "node_modules", "artifacts"], StringComparer.Ordinal);
    private static readonly EnumerationOptions _visible = new() { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    private readonly string _root;
    private readonly string _linkRoot;
    private readonly HashSet<string> _excluded;
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, string> _links = new(StringComparer.Ordinal);

    public CorpusFolder(string root, TextCorpusOptions options)
    {
        _root = root;
        _linkRoot = RealPath.Of(options.LinkRoot ?? root) ?? root;
        _excluded = options.ExcludedFolders.Select(folder => RealPath.Of(folder) ?? folder).ToHashSet(StringComparer.Ordinal);
    }

    public IEnumerable<CorpusEntry> Files()
    {
        foreach (var file in Below(RealPath.Of(_root) ?? _root, ""))
        {
            yield return file;
        }
        while (_links.TryDequeue(out var full, out var relative))
        {
            foreach (var file in Behind(full, relative))
            {
                yield return file;
            }
        }
    }

    private IEnumerable<CorpusEntry> Below(string folder, string relative)
    {
        if (!_folders.Add(folder))
        {
            yield break;
        }
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", _visible))
        {
            var name = relative + entry.Name;
            if (entry.LinkTarget is not null)
            {
                _links.Enqueue(entry.FullName, name);
            }
            else if (entry is not DirectoryInfo)
            {
                if (_files.Add(entry.FullName))
                {
                    yield return new(name, entry.FullName);
                }
            }
            else if (_excludedNames.Contains(entry.Name))
            {
                yield return new(name, entry.FullName, "a folder for build output");
            }
            else if (!_excluded.Contains(entry.FullName))
            {
                foreach (var file in Below(entry.FullName, name + "/"))
                {
                    yield return file;
                }
            }
        }
    }

    private IEnumerable<CorpusEntry> Behind(string link, string relative)
    {
        if (RealPath.Of(link) is not { } real || !Path.Exists(real))
        {
            return [new(relative, link, "a link to nothing")];
        }
        if (!RealPath.IsWithin(_linkRoot, real))
        {
            return [new(relative, link, "a link that leads out of the corpus folder")];
        }
        if (_excludedNames.Contains(Path.GetFileName(link)) || _excluded.Any(folder => RealPath.IsWithin(folder, real))
            || Path.GetRelativePath(_linkRoot, real).Split(Path.DirectorySeparatorChar).Any(IsLeftOut))
        {
            return [new(relative, link, "a link to what is left out")];
        }
        if (Directory.Exists(real))
        {
            return _folders.Contains(real) ? [new(relative, link, "a link to a folder that is read already")] : Below(real, relative + "/");
        }
        return _files.Add(real) ? [new(relative, real)] : [new(relative, link, "a link to a file that is read already")];
    }

    private static bool IsLeftOut(string name) => _excludedNames.Contains(name) || (name.StartsWith('.') && name != ".");
}
