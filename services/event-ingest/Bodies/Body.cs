using System.Buffers;
using Trainyard.Contracts.Errors;

namespace Trainyard.EventIngest.Bodies;

/// <summary>A decompressed request body in a pooled buffer.</summary>
internal sealed class Body(int limit, ByteBudget.Share share) : IDisposable
{
    // Larger buffers are not pooled: the pool would keep them for the life of the process.
    private const int MaxPooledBytes = 1 << 20;

    private byte[] buffer = [];
    private int length;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Reads to the end. Stops decompressing at the limit.</summary>
    /// <exception cref="TrainyardException">PAYLOAD_TOO_LARGE beyond the limit; UNAVAILABLE if the memory budget is exhausted.</exception>
    public async Task FillAsync(Stream source, CancellationToken cancellationToken)
    {
        const int FirstBuffer = 4096;
        Grow(FirstBuffer);
        while (await source.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > limit)
            {
                throw new TrainyardException(
                    ErrorCode.PayloadTooLarge,
                    $"The decompressed body is larger than {limit} bytes (INGEST__MAX_DECODED_BYTES). Split it into several requests.");
            }
            if (length == buffer.Length)
            {
                Grow(buffer.Length * 2);
            }
        }
    }

    /// <exception cref="InvalidDataException">The bytes don't end with <paramref name="mark"/>.</exception>
    public void TrimEnd(ReadOnlySpan<byte> mark)
    {
        if (!Bytes.Span.EndsWith(mark))
        {
            throw new InvalidDataException("it is truncated, or data follows its end.");
        }
        length -= mark.Length;
    }

    public void Dispose()
    {
        Return(buffer);
        buffer = [];
        length = 0;
    }

    private void Grow(int size)
    {
        share.Grow(size - buffer.Length);
        var larger = size > MaxPooledBytes ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(size);
        Bytes.Span.CopyTo(larger);
        Return(buffer);
        buffer = larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= MaxPooledBytes)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
