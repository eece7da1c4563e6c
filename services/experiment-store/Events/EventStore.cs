using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>
/// Stores queued batches together in one transaction: a commit costs more than its rows, and separate batches of the same run would wait
/// for each other's locks.
/// </summary>
internal sealed class EventStore(EventWriter writer, IOptions<DatabaseOptions> options, ILogger<EventStore> logger)
    : BackgroundService, IEventStore
{
    private const int MaxBatches = 256;
    private const int MaxEvents = 5000;

    // SQLite has one writer. On Postgres, one transaction is prepared while another commits.
    private readonly int writers = options.Value.Provider is DatabaseProvider.Sqlite ? 1 : 2;
    private readonly Channel<WaitingBatch> queue = Channel.CreateBounded<WaitingBatch>(1024);

    /// <summary>Number of queued batches.</summary>
    public int Waiting => queue.Reader.Count;

    public Task<EventsStored> StoreAsync(EventBatch batch, CancellationToken cancellationToken) =>
        StoreAsync(new BatchDelivery(batch, redelivered: false, senderWaits: true), cancellationToken);

    /// <summary>Stores a batch from the broker. Cancellable only while queued.</summary>
    public Task<EventsStored> StoreAsync(EventBatch batch, bool redelivered, CancellationToken cancellationToken) =>
        StoreAsync(new BatchDelivery(batch, redelivered), cancellationToken);

    private async Task<EventsStored> StoreAsync(BatchDelivery delivery, CancellationToken cancellationToken)
    {
        var waiting = new WaitingBatch(delivery);
        try
        {
            await queue.Writer.WriteAsync(waiting, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new TrainyardException(
                ErrorCode.BackendUnavailable, "The store is stopping. Send the events again under the same Idempotency-Key.");
        }
        await using var _ = cancellationToken.Register(() => waiting.Cancel(cancellationToken));
        return await waiting.Outcome;
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, writers).Select(_ => WriteAsync()));

    private async Task WriteAsync()
    {
        // On shutdown, store what is queued: the loop ends when the queue is complete and empty.
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var group = Take();
            if (group.Count > 0)
            {
                await StoreAsync(group);
            }
        }
    }

    private List<WaitingBatch> Take()
    {
        var group = new List<WaitingBatch>();
        for (var events = 0; group.Count < MaxBatches && events < MaxEvents && queue.Reader.TryRead(out var waiting);)
        {
            if (waiting.TryTake())
            {
                group.Add(waiting);
                events += waiting.Delivery.Batch.Requests.Sum(request => request.Events.Count);
            }
        }
        return group;
    }

    private async Task StoreAsync(List<WaitingBatch> group)
    {
        try
        {
            var stored = await writer.StoreAsync([.. group.Select(waiting => waiting.Delivery)], CancellationToken.None);
            for (var index = 0; index < group.Count; index++)
            {
                group[index].Stored(stored[index]);
            }
        }
        catch (TrainyardException fault)
        {
            group.ForEach(waiting => waiting.Fail(fault));
        }
        catch (Exception exception) when (!DatabaseFaults.IsOfTheData(exception))
        {
            logger.LogError(exception, "Can't store {Batches} batches now. They are retried by the broker or their senders", group.Count);
            group.ForEach(waiting => waiting.Fail(NotNow(exception)));
        }
        catch (Exception exception) when (group.Count > 1)
        {
            logger.LogError(exception, "Can't store {Batches} batches in one transaction. Storing each alone", group.Count);
            foreach (var waiting in group)
            {
                await StoreAsync([waiting]);
            }
        }
        catch (Exception exception) when (group is [{ Delivery.Batch.Requests.Count: > 1 } waiting])
        {
            logger.LogError(
                exception, "Can't store batch {BatchId} in one transaction. Storing each request alone", waiting.Delivery.Batch.BatchId);
            await StoreOneByOneAsync(waiting);
        }
        catch (Exception exception)
        {
            logger.LogError(
                exception, "Can't store batch {BatchId}. Its data is at fault, so a retry won't help", group[0].Delivery.Batch.BatchId);
            group[0].Fail(exception);
        }
    }

    /// <summary>
    /// Stores the requests one by one, so that a faulty one doesn't affect the others. Each has its own key, which makes a retry safe.
    /// </summary>
    private async Task StoreOneByOneAsync(WaitingBatch waiting)
    {
        var faults = new List<Exception>();
        var (stored, refused) = (0, 0);
        var outcomes = new List<RequestOutcome>();
        foreach (var request in new BatchDelivery(waiting.Delivery.Batch, redelivered: true, waiting.Delivery.SenderWaits).Requests)
        {
            try
            {
                var result = await writer.StoreAsync(request, CancellationToken.None);
                stored += result.Requests.Count;
                refused += result.Refused.Count;
                outcomes.AddRange(result.Outcomes);
            }
            catch (TrainyardException fault)
            {
                waiting.Fail(fault);
                return;
            }
            catch (Exception exception) when (!DatabaseFaults.IsOfTheData(exception))
            {
                waiting.Fail(NotNow(exception));
                return;
            }
            catch (Exception exception)
            {
                logger.LogError(
                    exception, "Can't store request {RequestId}. Its data is at fault, so a retry won't help", request.Request.RequestId);
                faults.Add(exception);
            }
        }
        if (faults.Count > 0)
        {
            waiting.Fail(new AggregateException(faults));
            return;
        }
        var batch = waiting.Delivery.Batch;
        waiting.Stored(new(batch.BatchId, stored, batch.Requests.Count - stored, refused) { Outcomes = outcomes });
    }

    private static TrainyardException NotNow(Exception exception) => new(
        ErrorCode.BackendUnavailable, "The events can't be stored now. Send them again under the same Idempotency-Key.", exception);
}
