using System.Runtime.CompilerServices;
using Trainyard.TensorBoard.Wire;

namespace Trainyard.TensorBoard;

/// <summary>
/// Reads an event file event by event, whoever wrote it, without ever holding more than one. A file that is still being written
/// ends in front of its last, incomplete record; a second reader can go on from there.
/// </summary>
/// <param name="input">Where the file comes from, forward only.</param>
/// <param name="maxRecordBytes">The longest record accepted.</param>
public sealed class EventFileReader(Stream input, int maxRecordBytes = TfRecordReader.DefaultMaxRecordBytes)
{
    private readonly TfRecordReader records = new(input, maxRecordBytes);

    /// <summary>Where the next record begins, counted from where the stream stood.</summary>
    public long Offset => records.Offset;

    /// <summary>Whether the file ended in the middle of a record.</summary>
    public bool Truncated => records.Truncated;

    /// <summary>The events, in the order they were written.</summary>
    /// <exception cref="EventFileException">The file is damaged, or no event file. What came before it has been returned.</exception>
    public async IAsyncEnumerable<LogEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var start = Offset;
            if (await records.ReadAsync(cancellationToken) is not { } content)
            {
                yield break;
            }
            yield return Decode(content.Span, start);
        }
    }

    private static LogEvent Decode(ReadOnlySpan<byte> content, long offset)
    {
        try
        {
            return EventDecoder.Decode(content);
        }
        catch (MalformedMessageException malformed)
        {
            throw new EventFileException(EventFileFault.Malformed, offset, malformed.Message, malformed);
        }
    }
}
