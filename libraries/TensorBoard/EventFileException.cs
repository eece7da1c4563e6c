namespace Trainyard.TensorBoard;

/// <summary>What is wrong with an event file.</summary>
public enum EventFileFault
{
    /// <summary>A record's length does not match its checksum: the file is damaged, or no event file.</summary>
    LengthChecksum,

    /// <summary>A record's content does not match its checksum.</summary>
    ContentChecksum,

    /// <summary>A record is longer than the reader was told to accept.</summary>
    TooLong,

    /// <summary>A record's checksum holds but its content is no event.</summary>
    Malformed,
}

/// <summary>An event file can't be read beyond a place.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="offset">Where the record at fault begins, in bytes from the start of the stream.</param>
/// <param name="detail">More about it.</param>
/// <param name="innerException">What it was found by.</param>
public sealed class EventFileException(EventFileFault fault, long offset, string detail, Exception? innerException = null)
    : Exception($"The record at byte {offset} can't be read: {detail}.", innerException)
{
    /// <summary>What is wrong.</summary>
    public EventFileFault Fault { get; } = fault;

    /// <summary>Where the record at fault begins, in bytes from the start of the stream.</summary>
    public long Offset { get; } = offset;
}
