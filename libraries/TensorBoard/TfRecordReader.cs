using System.Buffers.Binary;
using Trainyard.TensorBoard.Wire;

namespace Trainyard.TensorBoard;

/// <summary>Reads TFRecord framing record by record, and checks both checksums of each. Not thread-safe.</summary>
/// <param name="input">Where records come from; read from where it stands.</param>
/// <param name="maxRecordBytes">The longest content accepted: a record is held in memory whole.</param>
public sealed class TfRecordReader(Stream input, int maxRecordBytes = TfRecordReader.DefaultMaxRecordBytes)
{
    /// <summary>64 MiB: far above any record of scalars; images and graphs of usual size fit.</summary>
    public const int DefaultMaxRecordBytes = 64 << 20;

    private readonly byte[] header = new byte[TfRecordWriter.HeaderBytes];
    private byte[] content = new byte[4096];

    /// <summary>Where the next record begins, counted from where the stream stood: what was complete lies before it.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether the stream ended in the middle of a record: its writer is still at it, or was killed.</summary>
    public bool Truncated { get; private set; }

    /// <summary>The content of the next record, valid until the next call; null at the end or before an incomplete record.</summary>
    /// <exception cref="EventFileException">A checksum does not hold, or the record is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await input.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
        if (read < header.Length)
        {
            Truncated = read > 0;
            return null;
        }
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(sizeof(ulong))) != Crc32C.Masked(header.AsSpan(0, sizeof(ulong))))
        {
            throw new EventFileException(EventFileFault.LengthChecksum, Offset, "the checksum of its length does not hold");
        }
        if (length > (ulong)maxRecordBytes)
        {
            throw new EventFileException(EventFileFault.TooLong, Offset, $"it has {length} bytes, more than the {maxRecordBytes} accepted");
        }
        return await ContentAsync((int)length, cancellationToken);
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ContentAsync(int length, CancellationToken cancellationToken)
    {
        var wanted = length + TfRecordWriter.FooterBytes;
        // Grow the buffer as bytes arrive, so that a short file that claims a long record costs no memory.
        for (var read = 0; read < wanted;)
        {
            if (read == content.Length)
            {
                Array.Resize(ref content, (int)Math.Min(wanted, content.Length * 2L));
            }
            var room = Math.Min(content.Length, wanted) - read;
            var got = await input.ReadAtLeastAsync(content.AsMemory(read, room), room, throwOnEndOfStream: false, cancellationToken);
            read += got;
            if (got < room)
            {
                Truncated = true;
                return null;
            }
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(length)) != Crc32C.Masked(content.AsSpan(0, length)))
        {
            throw new EventFileException(EventFileFault.ContentChecksum, Offset, "the checksum of its content does not hold");
        }
        Offset += TfRecordWriter.HeaderBytes + wanted;
        return content.AsMemory(0, length);
    }
}
