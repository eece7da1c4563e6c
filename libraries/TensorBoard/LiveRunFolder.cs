namespace Trainyard.TensorBoard;

/// <summary>
/// A run's log folder while the run is going on. Each attempt writes a file of its own. The final status of the HPARAMS tab is in its own
/// file, because TensorBoard keeps the first one it finds: the file is deleted when a run that ended goes on.
/// </summary>
/// <param name="path">The folder; need not exist. May also hold event files of other programs, which are left alone.</param>
public sealed class LiveRunFolder(string path)
{
    private const string Suffix = ".trainyard";
    private const string EndSuffix = ".trainyard-end";
    private const string EventFiles = "events.out.tfevents.*";

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The attempts' files, the oldest first.</summary>
    public IReadOnlyList<string> Files => Find(Suffix);

    /// <summary>Reads the final status; null if there is none.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public async Task<HyperparameterStatus?> ReadEndAsync(CancellationToken cancellationToken = default)
    {
        HyperparameterStatus? status = null;
        try
        {
            await foreach (var logged in new EventFolder("", Find(EndSuffix)).ReadAsync(cancellationToken: cancellationToken))
            {
                status = logged.Values.OfType<HyperparameterSessionEnd>().FirstOrDefault()?.Status ?? status;
            }
        }
        catch (EventFileException)
        {
            // A damaged status is none. It is replaced when it is written again.
        }
        return status;
    }

    /// <summary>Creates the next attempt's file, and deletes an earlier attempt's final status.</summary>
    /// <param name="started">The time of the first event.</param>
    /// <exception cref="IOException">The file can't be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public EventFileWriter Create(DateTimeOffset started)
    {
        DeleteEnd();
        return EventFileWriter.Create(path, started, suffix: Suffix);
    }

    /// <summary>Writes the final status.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public async Task EndAsync(HyperparameterStatus status, DateTimeOffset ended, CancellationToken cancellationToken = default)
    {
        DeleteEnd();
        await using var file = EventFileWriter.Create(path, ended, suffix: EndSuffix);
        var end = new HyperparameterSessionEnd(status, LogEvent.Seconds(ended));
        await file.WriteAsync(LogEvent.Of(ended, 0, end), cancellationToken);
    }

    /// <summary>Deletes the final status.</summary>
    /// <exception cref="IOException">The file can't be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public void DeleteEnd()
    {
        foreach (var file in Find(EndSuffix))
        {
            File.Delete(file);
        }
    }

    /// <summary>Deletes what was written here, and the folder if nothing else is in it.</summary>
    /// <exception cref="IOException">A file can't be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public void Delete()
    {
        foreach (var file in Files.Concat(Find(EndSuffix)))
        {
            File.Delete(file);
        }
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }
    }

    private string[] Find(string suffix)
    {
        if (!Directory.Exists(path))
        {
            return [];
        }
        var files = Directory.EnumerateFiles(path, EventFiles).Where(file => file.EndsWith(suffix, StringComparison.Ordinal));
        return [.. files.Order(StringComparer.Ordinal)];
    }
}
