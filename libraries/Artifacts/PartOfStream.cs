namespace Trainyard.Artifacts;

/// <summary>A range of a file that may be growing. Disposing it closes the file.</summary>
/// <param name="file">The file.</param>
/// <param name="offset">The first byte.</param>
/// <param name="length">How many.</param>
public sealed class PartOfStream(FileStream file, long offset, long length) : Stream
{
    private long position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set => position = value;
    }

    /// <inheritdoc/>
    /// <exception cref="EndOfStreamException">The file was truncated.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        file.Position = offset + position;
        return Read(await file.ReadAsync(buffer[..Wanted(buffer.Length)], cancellationToken), buffer.Length);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        file.Position = offset + position;
        return Read(file.Read(buffer[..Wanted(buffer.Length)]), buffer.Length);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await base.DisposeAsync();
    }

    private int Wanted(int buffer) => (int)Math.Clamp(length - position, 0, buffer);

    private int Read(int read, int buffer)
    {
        if (read == 0 && Wanted(buffer) > 0)
        {
            throw new EndOfStreamException("The file was truncated while it was read.");
        }
        position += read;
        return read;
    }
}
