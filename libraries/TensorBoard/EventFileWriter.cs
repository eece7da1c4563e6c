using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Trainyard.TensorBoard.Wire;

namespace Trainyard.TensorBoard;

/// <summary>
/// Writes an event file: its version first, then what it is given, gathered in a bounded buffer until that is full or
/// <see cref="FlushAsync"/> is called. Not thread-safe: one writer per file, one caller at a time.
/// </summary>
public sealed class EventFileWriter : IAsyncDisposable
{
    private const string NamePrefix = "events.out.tfevents.";
    private const int TimeDigits = 10;

    private static int filesCreated = -1;

    private readonly Stream output;
    private readonly bool leaveOpen;
    private readonly TfRecordWriter records;
    private readonly ArrayBufferWriter<byte> message = new();
    private LogEvent? version;

    /// <param name="output">Where the file goes; a new file, as the version is written at once.</param>
    /// <param name="started">The time of the first event.</param>
    /// <param name="leaveOpen">Whether disposing this leaves the stream open.</param>
    /// <param name="bufferBytes">Bytes that may wait in memory.</param>
    public EventFileWriter(Stream output, DateTimeOffset started, bool leaveOpen = false, int bufferBytes = 64 * 1024)
    {
        (this.output, this.leaveOpen) = (output, leaveOpen);
        records = new(output, bufferBytes);
        version = LogEvent.Version(started);
    }

    /// <summary>
    /// Creates <c>events.out.tfevents.TIME.HOST.PROCESS.NUMBER</c> in a folder, which is created as well. The name is this process's alone,
    /// and a file that exists is never opened. TensorBoard reads a folder's files in the order of their names, so the time in the name is
    /// later than that of every file already there, even if the clock was set back.
    /// </summary>
    /// <param name="folder">The run's log folder.</param>
    /// <param name="started">The time of the first event, and the earliest time in the name.</param>
    /// <param name="bufferBytes">Bytes that may wait in memory.</param>
    /// <param name="suffix">Appended to the name.</param>
    /// <exception cref="IOException">The file can't be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public static EventFileWriter Create(string folder, DateTimeOffset started, int bufferBytes = 64 * 1024, string suffix = "")
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName(AfterOthers(folder, started)) + suffix);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        return new(file, started, leaveOpen: false, bufferBytes) { FilePath = file.Name };
    }

    /// <summary>Continues a file that has its version and ends with a whole record.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bufferBytes">Bytes that may wait in memory.</param>
    /// <exception cref="IOException">The file can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be written to.</exception>
    public static EventFileWriter Append(string path, int bufferBytes = 64 * 1024)
    {
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        return new(file, default, leaveOpen: false, bufferBytes) { FilePath = file.Name, version = null };
    }

    /// <summary>A name as <see cref="Create"/> gives, another one each time.</summary>
    public static string FileName(DateTimeOffset started)
    {
        var host = new StringBuilder(Environment.MachineName.Length);
        foreach (var letter in Environment.MachineName)
        {
            host.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-');
        }
        var number = Interlocked.Increment(ref filesCreated);
        return string.Create(CultureInfo.InvariantCulture,
            $"{NamePrefix}{started.ToUnixTimeSeconds():D10}.{host}.{Environment.ProcessId}.{number}");
    }

    /// <summary>The file, when it was created by <see cref="Create"/>.</summary>
    public string? FilePath { get; private init; }

    /// <summary>Appends an event.</summary>
    /// <exception cref="IOException">The stream can't take it.</exception>
    /// <exception cref="NotSupportedException">It holds a value that can only be read.</exception>
    public async ValueTask WriteAsync(LogEvent logEvent, CancellationToken cancellationToken = default)
    {
        await BeginAsync(cancellationToken);
        await AppendAsync(logEvent, cancellationToken);
    }

    /// <summary>Writes out what is buffered, so that a reader sees it.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        await BeginAsync(cancellationToken);
        await records.FlushAsync(cancellationToken);
    }

    /// <summary>Writes out what is buffered and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync();
        }
        finally
        {
            if (!leaveOpen)
            {
                await output.DisposeAsync();
            }
        }
    }

    private static DateTimeOffset AfterOthers(string folder, DateTimeOffset started)
    {
        var last = Directory.EnumerateFiles(folder, $"{NamePrefix}*").Select(SecondsIn).DefaultIfEmpty(-1).Max();
        return last < started.ToUnixTimeSeconds() ? started : DateTimeOffset.FromUnixTimeSeconds(last + 1);
    }

    private static long SecondsIn(string path)
    {
        var rest = Path.GetFileName(path.AsSpan())[NamePrefix.Length..];
        return rest.Length > TimeDigits && rest[TimeDigits] == '.'
            && long.TryParse(rest[..TimeDigits], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : -1;
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (version is { } first)
        {
            version = null;
            await AppendAsync(first, cancellationToken);
        }
    }

    private ValueTask AppendAsync(LogEvent logEvent, CancellationToken cancellationToken)
    {
        message.ResetWrittenCount();
        EventEncoder.Encode(logEvent).WriteTo(message);
        return records.WriteAsync(message.WrittenMemory, cancellationToken);
    }
}
