namespace Trainyard.Tokenizers;

/// <summary>Paths with their links followed.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The path with every link on it replaced by what it points to; null when links go round in circles.</summary>
    public static string? Of(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(path) is not var (link, target))
            {
                return path;
            }
            var parent = Path.GetDirectoryName(link) ?? Path.GetPathRoot(link) ?? "";
            path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Join(Path.GetFullPath(target, parent), path[link.Length..])));
        }

        return null;
    }

    /// <summary>Whether a path is a folder or lies below it; both without links.</summary>
    public static bool IsWithin(string folder, string path) =>
        string.Equals(folder, path, StringComparison.Ordinal)
        || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static (string Link, string Target)? FirstLink(string path)
    {
        for (var end = (Path.GetPathRoot(path) ?? "").Length; end < path.Length;)
        {
            end = path.IndexOf(Path.DirectorySeparatorChar, end + 1) is > 0 and var next ? next : path.Length;
            if (new FileInfo(path[..end]).LinkTarget is { } target)
            {
                return (path[..end], target);
            }
        }

        return null;
    }
}
