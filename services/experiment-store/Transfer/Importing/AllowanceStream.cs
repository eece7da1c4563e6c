using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Lets so many bytes through until it is allowed more: a JSON reader keeps what it reads until an element is complete.</summary>
/// <param name="input">What it reads.</param>
/// <param name="most">The most bytes between renewals.</param>
/// <param name="maxEver">The most bytes of all.</param>
internal sealed class AllowanceStream(Stream input, long most, long maxEver) : Stream
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
        if (used >= most)
        {
            throw new TrainyardException(ErrorCode.EventInvalid, $"An element of the export is larger than {most} bytes.");
        }
        var read = await input.ReadAsync(buffer[..(int)Math.Min(buffer.Length, most - used)], cancellationToken);
        (used, Passed) = (used + read, Passed + read);
        if (Passed > maxEver)
        {
            throw new TrainyardException(ErrorCode.PayloadTooLarge, $"The export unpacks to more than {maxEver} bytes (IMPORT__MAX_UNPACKED_BYTES).");
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
