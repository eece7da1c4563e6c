using System.Globalization;

namespace Trainyard.ExperimentStore.TensorBoard;

/// <summary>
/// The folder of all event files. One process at a time writes those of external runs: the one that holds the folder's lock, which ends
/// with the process. The lock's file keeps the time up to which the runs' files are complete.
/// </summary>
internal sealed class BoardFolder(string root) : IDisposable
{
    private const string LockName = ".trainyard-external";
    private FileStream? held;

    /// <returns>False if another process holds the lock.</returns>
    /// <exception cref="IOException">The folder can't be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public bool TryLock()
    {
        if (held is not null)
        {
            return true;
        }
        Directory.CreateDirectory(root);
        var path = Path.Combine(root, LockName);
        var existed = File.Exists(path);
        try
        {
            held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException) when (existed)
        {
            return false;
        }
    }

    /// <summary>The time of the last complete pass; null before the first.</summary>
    public DateTimeOffset? ReadTime()
    {
        using var reader = new StreamReader(Held(), leaveOpen: true);
        return DateTimeOffset.TryParse(
            reader.ReadToEnd(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    public void WriteTime(DateTimeOffset time)
    {
        using var writer = new StreamWriter(Held(), leaveOpen: true);
        writer.Write(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }

    public void Dispose() => held?.Dispose();

    private FileStream Held()
    {
        var stream = held ?? throw new InvalidOperationException("The folder is not locked.");
        stream.Position = 0;
        return stream;
    }
}
