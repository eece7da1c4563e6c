using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>
/// Stores batches that wait together in one transaction: a commit costs more than the rows in it, and batches of the same run
/// would only wait for each other's locks.
/// </summary>
internal sealed class EventStore(EventWriter writer, IOptions<DatabaseOptions> options, ILogger<EventStore> logger) : BackgroundService, IEventStore
{
    private const int MaxBatches = 256;
    private const int MaxEvents = 5000;

    // SQLite has one writer. On Postgres one transaction is put together while another is written.
    private readonly int writers = options.Value.Provider is DatabaseProvider.Sqlite ? 1 : 2;
    private readonly Channel<WaitingBatch> queue = Channel.CreateBounded<WaitingBatch>(1024);

    /// <summary>Batches that wait for their turn.</summary>
    public int Waiting => queue.Reader.Count;

    public Task<EventsStored> StoreAsync(EventBatch batch, CancellationToken cancellationToken) =>
        StoreAsync(new BatchDelivery(batch, again: false, answered: true), cancellationToken);

    /// <param name="batch">The batch.</param>
    /// <param name="again">Whether some of it may have been stored before, because it was delivered before.</param>
    /// <param name="cancellationToken">Gives up on a batch that still waits.</param>
    public Task<EventsStored> StoreAsync(EventBatch batch, bool again, CancellationToken cancellationToken) =>
        StoreAsync(new BatchDelivery(batch, again), cancellationToken);

    private async Task<EventsStored> StoreAsync(BatchDelivery delivery, CancellationToken cancellationToken)
    {
        var waiting = new WaitingBatch(delivery);
        try
        {
            await queue.Writer.WriteAsync(waiting, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new TrainyardException(ErrorCode.BackendUnavailable, "The store is stopping.");
        }
        await using var _ = cancellationToken.Register(() => waiting.GiveUp(cancellationToken));
        return await waiting.Outcome;
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, writers).Select(_ => WriteAsync()));

    private async Task WriteAsync()
    {
        // What is queued when the host stops is stored still: the queue's end ends this.
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
            logger.LogError(exception, "Can't store {Batches} batches now", group.Count);
            group.ForEach(waiting => waiting.Fail(NotNow(exception)));
        }
        catch (Exception exception) when (group.Count > 1)
        {
            logger.LogError(exception, "Can't store {Batches} batches in one transaction; storing them one by one", group.Count);
            foreach (var waiting in group)
            {
                await StoreAsync([waiting]);
            }
        }
        catch (Exception exception) when (group is [{ Delivery.Batch.Requests.Count: > 1 } waiting])
        {
            logger.LogError(exception, "Can't store batch {BatchId} in one transaction; storing its requests one by one", waiting.Delivery.Batch.BatchId);
            await StoreOneByOneAsync(waiting);
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Can't store batch {BatchId}", group[0].Delivery.Batch.BatchId);
            group[0].Fail(exception);
        }
    }

    /// <summary>Keeps a request that can't be stored from taking its neighbours with it. Each is remembered on its own, so that a second try is harmless.</summary>
    private async Task StoreOneByOneAsync(WaitingBatch waiting)
    {
        var faults = new List<Exception>();
        var (stored, refused) = (0, 0);
        var outcomes = new List<RequestOutcome>();
        foreach (var request in new BatchDelivery(waiting.Delivery.Batch, again: true, waiting.Delivery.Answered).Requests)
        {
            try
            {
                var one = await writer.StoreAsync(request, CancellationToken.None);
                stored += one.Requests.Count;
                refused += one.Uncounted.Count;
                outcomes.AddRange(one.Outcomes);
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
                logger.LogError(exception, "Can't store request {RequestId}", request.Request.RequestId);
                faults.Add(exception);
            }
        }
        if (faults.Count > 0)
        {
            waiting.Fail(new AggregateException(faults));
            return;
        }
        waiting.Stored(new(waiting.Delivery.Batch.BatchId, stored, waiting.Delivery.Batch.Requests.Count - stored, refused) { Outcomes = outcomes });
    }

    private static TrainyardException NotNow(Exception exception) => new(ErrorCode.BackendUnavailable, "The events can't be stored now.", exception);
}
