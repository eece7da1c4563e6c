using System.Runtime.CompilerServices;

namespace Trainyard.TensorBoard;

/// <summary>A folder that directly holds event files: what TensorBoard calls a run.</summary>
/// <param name="Name">Its path below the log folder, with slashes; empty for the log folder itself.</param>
/// <param name="Files">Its event files, in the order TensorBoard reads them: that of their names.</param>
public sealed record EventFolder(string Name, IReadOnlyList<string> Files)
{
    private const string Mark = "tfevents";

    /// <summary>Every run in and below a log folder, by name. Links are not followed.</summary>
    public static IEnumerable<EventFolder> Find(string logFolder)
    {
        var everywhere = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
        };
        return Directory.EnumerateFiles(logFolder, $"*{Mark}*", everywhere)
            .GroupBy(file => Path.GetDirectoryName(file) ?? logFolder, StringComparer.Ordinal)
            .Select(group => new EventFolder(NameOf(logFolder, group.Key), [.. group.Order(StringComparer.Ordinal)]))
            .OrderBy(folder => folder.Name, StringComparer.Ordinal);
    }

    /// <summary>Opens an event file, which another program may still write. A pipe or a device is read as an empty file.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static Stream Open(string file) =>
        // Both have the length 0. Opening a pipe would wait for another program.
        new FileInfo(file).Length == 0
            ? Stream.Null
            : new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);

    /// <summary>
    /// The folder's events without those a restart made void: a <see cref="SessionStatus.Start"/> at a step discards what was
    /// written before it for that step or a later one, as TensorBoard's <c>--purge_orphaned_data</c> does. Reads the files twice, holding
    /// nothing but the restarts.
    /// </summary>
    /// <remarks>The very first start says where training begins, not that it went back, unless it names a step beyond 0.</remarks>
    /// <param name="maxRecordBytes">The longest record accepted.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EventFileException">A file is damaged.</exception>
    public async IAsyncEnumerable<LogEvent> ReadCleanAsync(
        int maxRecordBytes = TfRecordReader.DefaultMaxRecordBytes, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var restarts = await RestartsAsync(maxRecordBytes, cancellationToken);
        var passed = 0;
        await foreach (var logEvent in ReadAsync(maxRecordBytes, cancellationToken))
        {
            if (logEvent.Session is SessionStatus.Start && passed < restarts.Count)
            {
                passed++;
            }
            if (passed == restarts.Count || logEvent.Step < restarts[passed])
            {
                yield return logEvent;
            }
        }
    }

    /// <summary>All of the folder's events, file after file.</summary>
    /// <exception cref="EventFileException">A file is damaged.</exception>
    public async IAsyncEnumerable<LogEvent> ReadAsync(
        int maxRecordBytes = TfRecordReader.DefaultMaxRecordBytes, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var file in Files)
        {
            await using var stream = Open(file);
            await foreach (var logEvent in new EventFileReader(stream, maxRecordBytes).ReadAsync(cancellationToken))
            {
                yield return logEvent;
            }
        }
    }

    /// <summary>For each start event, the lowest step any later one, itself included, goes back to.</summary>
    private async Task<List<long>> RestartsAsync(int maxRecordBytes, CancellationToken cancellationToken)
    {
        var restarts = new List<long>();
        await foreach (var logEvent in ReadAsync(maxRecordBytes, cancellationToken))
        {
            if (logEvent.Session is SessionStatus.Start)
            {
                restarts.Add(restarts.Count == 0 && logEvent.Step <= 0 ? long.MaxValue : logEvent.Step);
            }
        }
        for (var index = restarts.Count - 2; index >= 0; index--)
        {
            restarts[index] = Math.Min(restarts[index], restarts[index + 1]);
        }
        return restarts;
    }

    private static string NameOf(string logFolder, string folder)
    {
        var relative = Path.GetRelativePath(logFolder, folder);
        return relative == "." ? "" : relative.Replace(Path.DirectorySeparatorChar, '/');
    }
}
