namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>
/// Buffers synchronous writes until the next asynchronous one. ZipArchive closes each entry with a synchronous write of a few kilobytes,
/// which a response body rejects.
/// </summary>
internal sealed class GatheringStream(Stream output) : Stream
{
    private readonly MemoryStream gathered = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await SendGatheredAsync(cancellationToken);
        await output.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => gathered.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => gathered.Write(buffer);

    public override Task FlushAsync(CancellationToken cancellationToken) => SendGatheredAsync(cancellationToken);

    public override void Flush()
    {
        // Sent with the next asynchronous write.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task SendGatheredAsync(CancellationToken cancellationToken)
    {
        if (gathered.Length > 0)
        {
            await output.WriteAsync(gathered.GetBuffer().AsMemory(0, (int)gathered.Length), cancellationToken);
            gathered.SetLength(0);
        }
    }
}
