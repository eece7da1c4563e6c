namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>The first bytes of a file that may be growing: a tar entry names its length before its content.</summary>
internal sealed class FixedLengthStream(FileStream file, long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - file.Position);
        var read = await file.ReadAsync(buffer[..wanted], cancellationToken);
        return read > 0 || wanted == 0 ? read : throw new EndOfStreamException("The file has become shorter while it was sent.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var wanted = (int)Math.Min(count, length - file.Position);
        var read = file.Read(buffer, offset, wanted);
        return read > 0 || wanted == 0 ? read : throw new EndOfStreamException("The file has become shorter while it was sent.");
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(origin is SeekOrigin.End ? length + offset : offset, origin is SeekOrigin.Current ? origin : SeekOrigin.Begin);

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
