using Trainyard.Artifacts;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>A file of the remote store. The download starts at the current position, so a range request fetches only its range.</summary>
internal sealed class RemoteStream(IArtifactStore store, string path, long size) : Stream
{
    private Stream? content;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <exception cref="ArtifactStoreException">The store failed, or the file was deleted or became shorter.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= size || buffer.Length == 0)
        {
            return 0;
        }
        try
        {
            content ??= await store.OpenAsync(path, position, size - position, cancellationToken)
                ?? throw new EndOfStreamException($"'{path}' was deleted while it was read.");
            var read = await content.ReadAsync(buffer, cancellationToken);
            position += read;
            return read > 0 ? read : throw new EndOfStreamException($"'{path}' became shorter while it was read.");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new ArtifactStoreException($"'{path}' can't be read: {exception.Message}", exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => size + offset,
        };
        if (target != position)
        {
            content?.Dispose();
            content = null;
            position = target;
        }
        return position;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read a remote file asynchronously.");

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content?.Dispose();
        }
        base.Dispose(disposing);
    }
}
