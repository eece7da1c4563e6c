namespace Trainyard.FilePaths;

/// <summary>Resolves a caller's path below a root and follows links.</summary>
public static class ContainedPath
{
    /// <summary>
    /// The full path of <paramref name="path"/> below <paramref name="root"/>; null if it, or a link on it, leads outside the root.
    /// </summary>
    public static string? Resolve(string root, string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }
        var full = Path.GetFullPath(path, root);
        if (!IsWithin(root, full))
        {
            return null;
        }
        var realRoot = FollowLinks(root);
        return realRoot is not null && FollowLinks(full) is { } real && IsWithin(realRoot, real) ? full : null;
    }

    /// <summary>Whether a path is a root or lies below it, links followed.</summary>
    public static bool IsReallyWithin(string root, string path) =>
        FollowLinks(root) is { } realRoot && FollowLinks(path) is { } real && IsWithin(realRoot, real);

    /// <summary>Whether a file or folder on the way from a root to a path is hidden, links followed.</summary>
    public static bool IsHidden(string root, string path) =>
        FollowLinks(root) is not { } realRoot || FollowLinks(path) is not { } real
        || Path.GetRelativePath(realRoot, real).Split(Path.DirectorySeparatorChar).Any(name => name.StartsWith('.') && name != ".");

    /// <summary>
    /// Whether a file is not empty. Pipes, sockets and devices have the length 0, and opening a pipe waits for another program.
    /// </summary>
    public static bool HasContent(string file) =>
        new FileInfo(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file).Length > 0;

    private static bool IsWithin(string root, string path)
    {
        var trimmed = Path.TrimEndingDirectorySeparator(root);
        return string.Equals(trimmed, Path.TrimEndingDirectorySeparator(path), StringComparison.Ordinal)
            || path.StartsWith(
                Path.EndsInDirectorySeparator(trimmed) ? trimmed : trimmed + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>The path with every link replaced by its target; null if links form a cycle.</summary>
    private static string? FollowLinks(string path)
    {
        const int MaxLinks = 40;
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(path) is not { } link)
            {
                return path;
            }
            var (linkPath, target) = link;
            path = Path.GetFullPath(Path.Join(Path.GetFullPath(target, Path.GetDirectoryName(linkPath) ?? "/"), path[linkPath.Length..]));
        }
        return null;
    }

    private static (string Path, string Target)? FirstLink(string path)
    {
        var root = Path.GetPathRoot(path) ?? "";
        for (var end = root.Length; end < path.Length;)
        {
            end = path.IndexOf(Path.DirectorySeparatorChar, end + 1) is > 0 and var next ? next : path.Length;
            var part = path[..end];
            if (new FileInfo(part).LinkTarget is { } target)
            {
                return (part, target);
            }
        }
        return null;
    }
}
