namespace Trainyard.RunFormats.Mlflow;

/// <summary>Files in a folder that MLflow wrote. Links are not followed, and hidden files are left out.</summary>
public static class MlflowFiles
{
    private static readonly EnumerationOptions Everywhere =
        new() { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden, RecurseSubdirectories = true };

    /// <summary>The files in and below a folder, with their paths relative to it, in the order of these.</summary>
    /// <param name="folder">The folder; without one there are no files.</param>
    public static IEnumerable<(string Path, FileInfo File)> In(string folder) => !Directory.Exists(folder) || IsLink(folder) ? [] :
        new DirectoryInfo(folder).EnumerateFiles("*", Everywhere)
            .Select(file => (Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file))
            .OrderBy(entry => entry.Item1, StringComparer.Ordinal);

    internal static bool IsLink(string folder) => new DirectoryInfo(folder).LinkTarget is not null;
}
