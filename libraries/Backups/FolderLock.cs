namespace Trainyard.Backups;

/// <summary>An exclusive lock on a folder, through a file in it. The operating system releases it when the process ends.</summary>
internal static class FolderLock
{
    /// <returns>Null if another process holds the lock.</returns>
    public static IDisposable? Take(string folder, string name)
    {
        try
        {
            return new FileStream(Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }
}
