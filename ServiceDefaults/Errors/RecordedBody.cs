using Trainyard.ServiceDefaults.Bodies;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Buffers a request body as it is read, so that errors can name the invalid value.</summary>
internal sealed class RecordedBody(Stream source, int capacity) : ReadStream
{
    /// <summary>For longer bodies, errors give only the position of the fault.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly MemoryStream kept = new(capacity);
    private bool isWhole = true;

    /// <summary>Reads the rest of the body and returns all of it; null if it exceeds <see cref="MaxBytes"/>.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadWholeAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        while (isWhole && await ReadAsync(buffer, cancellationToken) > 0)
        {
        }
        return isWhole ? (ReadOnlyMemory<byte>?)kept.GetBuffer().AsMemory(0, (int)kept.Length) : null;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        isWhole = isWhole && kept.Length + read <= MaxBytes;
        if (isWhole)
        {
            kept.Write(buffer.Span[..read]);
        }
        else
        {
            kept.SetLength(0);
            kept.Capacity = 0;
        }
        return read;
    }
}
