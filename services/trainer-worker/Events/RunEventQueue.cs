using Trainyard.Contracts.Events;

namespace Trainyard.TrainerWorker.Events;

/// <summary>
/// What a run has to tell the store. Adding never waits; a pump delivers in order and repeats what was not acknowledged under the same key.
/// While the store is away the oldest events that may be dropped are; the others wait for as long as it takes.
/// </summary>
internal sealed class RunEventQueue : IAsyncDisposable
{
    private const int LargestBatch = 500;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> waiting = new();
    private readonly Queue<LinkedListNode<Waiting>> droppable = new();
    private readonly SemaphoreSlim added = new(0);
    private readonly CancellationTokenSource closing = new();
    private readonly Func<EventBatch, CancellationToken, Task> deliver;
    private readonly string client;
    private readonly EventSender sender;
    private readonly int maxDroppable;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Task pump;
    private List<Waiting> underWay = [];
    private TaskCompletionSource? drained;
    private long dropped;
    private bool delivering;

    // client: names the sender for ever; with a number it makes every request's key.
    // sender: by what right it speaks for the run.
    // deliver: returns when the store has committed a batch, and the batch counts.
    public RunEventQueue(string client, EventSender sender, int maxDroppable, Func<EventBatch, CancellationToken, Task> deliver, TimeProvider time, ILogger logger)
    {
        (this.client, this.sender, this.maxDroppable, this.deliver, this.time, this.logger) = (client, sender, maxDroppable, deliver, time, logger);
        pump = Task.Run(PumpAsync);
    }

    /// <summary>How many events were dropped.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>What is not known to be stored, without what was dropped.</summary>
    public IReadOnlyList<RunEvent> Unstored
    {
        get
        {
            lock (gate)
                return [.. underWay.Concat(waiting).Select(one => one.Event)];
        }
    }

    /// <param name="happened">The event.</param>
    /// <param name="mayBeDropped">Whether it may be dropped while the store is away.</param>
    /// <param name="stored">Done once it is stored and counts; done again when it fails.</param>
    public void Add(RunEvent happened, bool mayBeDropped = false, Action? stored = null)
    {
        lock (gate)
        {
            var node = waiting.AddLast(new Waiting(happened, stored));
            if (mayBeDropped)
            {
                droppable.Enqueue(node);
                if (droppable.Count > maxDroppable)
                {
                    waiting.Remove(droppable.Dequeue());
                    Interlocked.Increment(ref dropped);
                }
            }
        }
        added.Release();
    }

    /// <summary>Returns when everything added so far is stored.</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (waiting.Count == 0 && !delivering)
                return Task.CompletedTask;
            drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return drained.Task.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await pump;
        closing.Dispose();
        added.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            for (long sequence = 0; ; sequence++)
            {
                var events = await TakeAsync();
                var request = new AcceptedRequest($"{client}:{sequence}", client, events.ConvertAll(one => one.Event)) { Sender = sender };
                await DeliverAsync(new(Guid.NewGuid(), time.GetUtcNow(), [request]), events.Select(one => one.Stored).OfType<Action>().ToList());
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            if (waiting.Count > 0)
                logger.LogWarning("{Count} events of {Client} were not delivered", waiting.Count, client);
        }
    }

    private async Task<List<Waiting>> TakeAsync()
    {
        while (true)
        {
            lock (gate)
            {
                delivering = false;
                underWay = [];
                if (waiting.Count > 0)
                {
                    delivering = true;
                    var events = new List<Waiting>();
                    while (events.Count < LargestBatch && waiting.First is { } first)
                    {
                        events.Add(first.Value);
                        waiting.RemoveFirst();
                        if (droppable.TryPeek(out var oldest) && oldest == first)
                            droppable.Dequeue();
                    }
                    underWay = events;
                    return events;
                }
                drained?.TrySetResult();
                drained = null;
            }
            await added.WaitAsync(closing.Token);
        }
    }

    private async Task DeliverAsync(EventBatch batch, List<Action> stored)
    {
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await deliver(batch, closing.Token);
                stored.ForEach(done => done());
                return;
            }
            catch (Exception exception) when (!closing.IsCancellationRequested)
            {
                logger.LogWarning(exception, "Events of {Client} were not stored and are sent again in {Pause}", client, pause);
            }
            await Task.Delay(pause, time, closing.Token);
        }
    }

    private sealed record Waiting(RunEvent Event, Action? Stored);
}
