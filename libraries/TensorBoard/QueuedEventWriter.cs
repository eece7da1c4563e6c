using System.Threading.Channels;

namespace Trainyard.TensorBoard;

/// <summary>
/// Writes an event file in the background, flushed at intervals. Adding an event never blocks: events that don't fit into the queue are
/// dropped and counted. If the file can't be created or written, that is reported once and later events are dropped.
/// </summary>
public sealed class QueuedEventWriter
{
    // Null asks for a flush.
    private readonly Channel<LogEvent?> queue;
    private readonly Func<EventFileWriter> create;
    private readonly TimeSpan flushEvery;
    private readonly Action<Exception> failed;
    private readonly TimeProvider time;
    private readonly Task pump;
    private long dropped;

    /// <param name="create">Creates the file; called in the background.</param>
    /// <param name="flushEvery">Longest time between an event and the flush that makes it visible to readers.</param>
    /// <param name="capacity">Events that may wait for a slow disk.</param>
    /// <param name="failed">Called at most once, when the file can't be created or written.</param>
    /// <param name="time">The clock.</param>
    public QueuedEventWriter(
        Func<EventFileWriter> create, TimeSpan flushEvery, int capacity, Action<Exception> failed, TimeProvider? time = null)
    {
        (this.create, this.flushEvery, this.failed, this.time) = (create, flushEvery, failed, time ?? TimeProvider.System);
        queue = Channel.CreateBounded<LogEvent?>(new BoundedChannelOptions(capacity) { SingleReader = true });
        pump = Task.Run(PumpAsync);
    }

    /// <summary>Number of dropped events.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Queues an event, or drops it.</summary>
    public void Add(LogEvent logEvent)
    {
        if (!queue.Writer.TryWrite(logEvent))
        {
            Interlocked.Increment(ref dropped);
        }
    }

    /// <summary>Flushes soon, without waiting for it.</summary>
    public void Flush() => queue.Writer.TryWrite(null);

    /// <summary>Writes what is queued and closes the file.</summary>
    /// <param name="limit">How long to wait for that. A disk that does not respond takes longer.</param>
    /// <returns>False if the file is not closed yet.</returns>
    public async Task<bool> CompleteAsync(TimeSpan limit)
    {
        queue.Writer.TryComplete();
        try
        {
            await pump.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            await using var file = create();
            await file.FlushAsync();
            await WriteAsync(file);
        }
        catch (Exception exception)
        {
            queue.Writer.TryComplete();
            failed(exception);
        }
    }

    private async Task WriteAsync(EventFileWriter file)
    {
        using var timer = new PeriodicTimer(flushEvery, time);
        var (arrival, tick) = (queue.Reader.WaitToReadAsync().AsTask(), timer.WaitForNextTickAsync().AsTask());
        while (true)
        {
            await Task.WhenAny(arrival, tick);
            if (tick.IsCompleted)
            {
                await file.FlushAsync();
                tick = timer.WaitForNextTickAsync().AsTask();
            }
            if (!arrival.IsCompleted)
            {
                continue;
            }
            if (!await arrival)
            {
                return;
            }
            while (queue.Reader.TryRead(out var next))
            {
                await (next is null ? file.FlushAsync() : file.WriteAsync(next));
            }
            arrival = queue.Reader.WaitToReadAsync().AsTask();
        }
    }
}
