using Polly;
using Trainyard.Contracts.Events;
using Trainyard.ServiceDefaults.Retries;

namespace Trainyard.TrainerWorker.Events;

/// <summary>
/// A run's events on their way to the store. Adding never blocks. A pump delivers in order, and retries under the same idempotency key.
/// During a store outage the oldest droppable events are dropped; the others wait.
/// </summary>
internal sealed class RunEventQueue : IAsyncDisposable
{
    private const int MaxBatch = 500;

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
    private readonly ResiliencePipeline untilStored;
    private readonly Task pump;
    private List<Waiting> inFlight = [];
    private TaskCompletionSource? drained;
    private long dropped;
    private bool delivering;

    // client: permanent id of the sender; with a sequence number it forms each request's idempotency key.
    // sender: the worker's claim to the run.
    // deliver: returns once the store has committed the batch and accepted it for the attempt.
    public RunEventQueue(
        string client,
        EventSender sender,
        int maxDroppable,
        Func<EventBatch, CancellationToken, Task> deliver,
        TimeProvider time,
        ILogger logger)
    {
        (this.client, this.sender, this.maxDroppable) = (client, sender, maxDroppable);
        (this.deliver, this.time, this.logger) = (deliver, time, logger);
        untilStored = new DoublingRetry(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10))
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(_ => !closing.IsCancellationRequested),
            OnRetry = failed =>
            {
                logger.LogWarning(failed.Outcome.Exception,
                    "Events of {Client} could not be stored; retrying in {Pause}", client, failed.RetryDelay);
                return default;
            },
        }.ToPipeline(time);
        pump = Task.Run(PumpAsync);
    }

    /// <summary>Number of dropped events.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Events not confirmed as stored, without the dropped ones.</summary>
    public IReadOnlyList<RunEvent> Unstored
    {
        get
        {
            lock (gate)
            {
                return [.. inFlight.Concat(waiting).Select(pending => pending.Event)];
            }
        }
    }

    /// <param name="runEvent">The event.</param>
    /// <param name="mayBeDropped">Whether it may be dropped during a store outage.</param>
    /// <param name="stored">Called once the event is stored and accepted; called again if the call fails.</param>
    public void Add(RunEvent runEvent, bool mayBeDropped = false, Func<Task>? stored = null)
    {
        lock (gate)
        {
            var node = waiting.AddLast(new Waiting(runEvent, stored));
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
            {
                return Task.CompletedTask;
            }
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
                var request = new AcceptedRequest($"{client}:{sequence}", client, events.ConvertAll(pending => pending.Event))
                {
                    Sender = sender,
                };
                var batch = new EventBatch(Guid.NewGuid(), time.GetUtcNow(), [request]);
                await DeliverAsync(batch, events.Select(pending => pending.Stored).OfType<Func<Task>>().ToList());
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            if (waiting.Count > 0)
            {
                logger.LogWarning("{Count} events of {Client} were not delivered before shutdown", waiting.Count, client);
            }
        }
    }

    private async Task<List<Waiting>> TakeAsync()
    {
        while (true)
        {
            lock (gate)
            {
                delivering = false;
                inFlight = [];
                if (waiting.Count > 0)
                {
                    delivering = true;
                    var events = new List<Waiting>();
                    while (events.Count < MaxBatch && waiting.First is { } first)
                    {
                        events.Add(first.Value);
                        waiting.RemoveFirst();
                        if (droppable.TryPeek(out var oldest) && oldest == first)
                        {
                            droppable.Dequeue();
                        }
                    }
                    inFlight = events;
                    return events;
                }
                drained?.TrySetResult();
                drained = null;
            }
            await added.WaitAsync(closing.Token);
        }
    }

    private ValueTask DeliverAsync(EventBatch batch, List<Func<Task>> stored) => untilStored.ExecuteAsync(async token =>
    {
        await deliver(batch, token);
        foreach (var done in stored)
        {
            await done();
        }
    }, closing.Token);

    private sealed record Waiting(RunEvent Event, Func<Task>? Stored);
}
