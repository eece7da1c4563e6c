namespace Trainyard.RunFormats.Json;

/// <summary>Limits the bytes between two renewals: a JSON reader buffers what it reads until an element is complete.</summary>
/// <param name="file">The name of the file, for errors.</param>
/// <param name="input">The stream to read.</param>
/// <param name="maxBetweenRenewals">The maximum number of bytes between renewals.</param>
/// <param name="maxTotal">The maximum number of bytes in total.</param>
internal sealed class AllowanceStream(string file, Stream input, long maxBetweenRenewals, long maxTotal) : Stream
{
    private long used;

    public long Passed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Passed;
        set => throw new NotSupportedException();
    }

    public void Renew() => used = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (used >= maxBetweenRenewals)
        {
            throw new InvalidRunFileException(
                RunFileFault.Malformed, file, $"An element of the export is larger than {maxBetweenRenewals} bytes.");
        }
        var read = await input.ReadAsync(buffer[..(int)Math.Min(buffer.Length, maxBetweenRenewals - used)], cancellationToken);
        (used, Passed) = (used + read, Passed + read);
        if (Passed > maxTotal)
        {
            throw new InvalidRunFileException(RunFileFault.UnpacksToTooMuch, file, $"The export unpacks to more than {maxTotal} bytes.");
        }
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
