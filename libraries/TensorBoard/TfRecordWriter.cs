using System.Buffers.Binary;
using Trainyard.TensorBoard.Wire;

namespace Trainyard.TensorBoard;

/// <summary>
/// Writes TFRecord framing: length (8 bytes), masked CRC-32C of the length, content, masked CRC-32C of the content; little-endian.
/// Records are gathered in a buffer and leave it whole, so that who follows the file rarely meets half of one. Not thread-safe.
/// </summary>
/// <param name="output">Where records go.</param>
/// <param name="bufferBytes">Bytes after which the buffer is written out. A longer record is held whole.</param>
public sealed class TfRecordWriter(Stream output, int bufferBytes = 64 * 1024)
{
    internal const int HeaderBytes = sizeof(ulong) + sizeof(uint);
    internal const int FooterBytes = sizeof(uint);

    private byte[] buffer = new byte[bufferBytes];
    private int buffered;

    /// <summary>Appends one record.</summary>
    /// <exception cref="IOException">The stream can't take it.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var length = HeaderBytes + content.Length + FooterBytes;
        if (buffered + length > bufferBytes)
        {
            await EmptyAsync(cancellationToken);
        }
        if (length > buffer.Length)
        {
            buffer = new byte[length];
        }
        Frame(content.Span, buffer.AsSpan(buffered, length));
        buffered += length;
    }

    /// <summary>Writes out what is buffered and flushes the stream.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        await EmptyAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private async ValueTask EmptyAsync(CancellationToken cancellationToken)
    {
        if (buffered > 0)
        {
            // Emptied first: after a failed write, part of it may be in the file, so it must not be written again.
            var length = buffered;
            buffered = 0;
            await output.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private static void Frame(ReadOnlySpan<byte> content, Span<byte> record)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[sizeof(ulong)..], Crc32C.Masked(record[..sizeof(ulong)]));
        content.CopyTo(record[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[^FooterBytes..], Crc32C.Masked(content));
    }
}
