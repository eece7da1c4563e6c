namespace Trainyard.Standalone.Backups;

/// <summary>A folder held by one process at a time, through a file in it. It goes with the process, however that ends.</summary>
internal static class FolderLock
{
    /// <returns>Null while somebody else holds it.</returns>
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
