using System.Buffers;
using Trainyard.Contracts.Errors;

namespace Trainyard.EventIngest.Bodies;

/// <summary>A request's bytes, decompressed, in a buffer that goes back to its pool.</summary>
internal sealed class Body : IDisposable
{
    private const int FirstBuffer = 4096;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int length;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Reads to the end, or until <paramref name="limit"/> is passed: what is behind it is never decompressed.</summary>
    /// <exception cref="TrainyardException">PAYLOAD_TOO_LARGE beyond the limit; UNAVAILABLE when the budget is spent.</exception>
    public async Task FillAsync(Stream source, int limit, ByteBudget.Share share, CancellationToken cancellationToken)
    {
        share.Grow(buffer.Length);
        while (await source.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > limit)
            {
                throw new TrainyardException(ErrorCode.PayloadTooLarge, $"The decompressed body is larger than {limit} bytes (INGEST__MAX_DECODED_BYTES). Send it in parts.");
            }
            if (length == buffer.Length)
            {
                Grow(share);
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private void Grow(ByteBudget.Share share)
    {
        share.Grow(buffer.Length);
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
