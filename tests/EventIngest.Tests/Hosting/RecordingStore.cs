using System.Collections.Concurrent;
using MassTransit;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Tests.Hosting;

/// <summary>Stands where the experiment store stands: remembers what it was given and answers as a commit does.</summary>
internal sealed class RecordingStore : IEventStore
{
    private readonly ConcurrentQueue<EventBatch> batches = new();

    /// <summary>Runs before a batch counts as stored; throw to refuse it.</summary>
    public Func<EventBatch, Task> BeforeCommit { get; set; } = _ => Task.CompletedTask;

    /// <summary>What it says became of each request.</summary>
    public Func<AcceptedRequest, RequestOutcome> Outcome { get; set; } = _ => new(Repeated: 0);

    public IReadOnlyList<EventBatch> Batches => [.. batches];

    public IReadOnlyList<AcceptedRequest> Requests => [.. batches.SelectMany(batch => batch.Requests)];

    public IReadOnlyList<RunEvent> Events => [.. Requests.SelectMany(request => request.Events)];

    public async Task<EventsStored> StoreAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        await BeforeCommit(batch).WaitAsync(cancellationToken);
        batches.Enqueue(batch);
        return new(batch.BatchId, batch.Requests.Count, Repeated: 0) { Outcomes = [.. batch.Requests.Select(Outcome)] };
    }

    internal sealed class Consumer(RecordingStore store) : IConsumer<EventBatch>
    {
        public async Task Consume(ConsumeContext<EventBatch> context) => await store.StoreAsync(context.Message, context.CancellationToken);
    }
}
