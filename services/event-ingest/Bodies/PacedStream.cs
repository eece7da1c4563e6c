namespace Trainyard.EventIngest.Bodies;

/// <summary>
/// Enforces a minimum rate and a maximum duration on a body, because a few compressed bytes can hold much memory while the rest is
/// awaited.
/// </summary>
internal sealed class PacedStream(Stream source, IngestOptions limits, TimeProvider time, CancellationToken aborted) : Stream
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly long started = time.GetTimestamp();
    private readonly CancellationTokenSource late = new(Timeout.InfiniteTimeSpan, time);
    private CancellationTokenSource? either;
    private long received;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        either ??= CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        var left = Left();
        late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            var read = await source.ReadAsync(buffer, either.Token);
            received += read;
            return read;
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException(
                $"The body arrived too slowly: send at least {limits.MinBodyBytesPerSecond} bytes per second, and all of it within "
                + $"{limits.BodyTimeout.TotalSeconds} seconds (INGEST__MIN_BODY_BYTES_PER_SECOND, INGEST__BODY_SECONDS).",
                StatusCodes.Status408RequestTimeout, exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A request is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            either?.Dispose();
            late.Dispose();
        }
        base.Dispose(disposing);
    }

    private TimeSpan Left()
    {
        var whole = limits.BodyTimeout;
        var pace = Grace + TimeSpan.FromSeconds(received / (double)limits.MinBodyBytesPerSecond);
        return (whole < pace ? whole : pace) - time.GetElapsedTime(started);
    }
}
