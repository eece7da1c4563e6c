using MassTransit;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Events;

internal sealed class EventBatchConsumer(EventWriter writer, ILogger<EventBatchConsumer> logger) : IConsumer<EventBatch>
{
    public async Task Consume(ConsumeContext<EventBatch> context)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        if (context is { ResponseAddress: not null, ExpirationTime: { } expiry })
        {
            // Whoever asked has told its caller by then that nothing was kept.
            var left = expiry - DateTime.UtcNow;
            patience.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        var stored = await StoreAsync(context.Message, patience.Token);
        if (context.ResponseAddress is not null)
        {
            await context.RespondAsync(stored);
        }
    }

    private async Task<EventsStored> StoreAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.StoreAsync(batch, cancellationToken);
        }
        catch (Exception exception) when (batch.Requests.Count > 1 && exception is not (OperationCanceledException or TrainyardException))
        {
            logger.LogError(exception, "Batch {BatchId} can't be stored as one: its {Requests} requests are stored one by one", batch.BatchId, batch.Requests.Count);
            return await StoreOneByOneAsync(batch, cancellationToken);
        }
    }

    /// <summary>Keeps a request that can't be stored from taking its neighbours with it. Their keys make a second try harmless.</summary>
    private async Task<EventsStored> StoreOneByOneAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var faults = new List<Exception>();
        var stored = 0;
        foreach (var request in batch.Requests)
        {
            try
            {
                stored += (await writer.StoreAsync(batch with { Requests = [request] }, cancellationToken)).Stored;
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or TrainyardException))
            {
                logger.LogError(exception, "Request {RequestId} can't be stored", request.RequestId);
                faults.Add(exception);
            }
        }
        return faults.Count == 0 ? new(batch.BatchId, stored, batch.Requests.Count - stored) : throw new AggregateException(faults);
    }
}

internal sealed class EventBatchConsumerDefinition : ConsumerDefinition<EventBatchConsumer>
{
    public EventBatchConsumerDefinition()
    {
        EndpointName = "run-events";
        ConcurrentMessageLimit = 8;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EventBatchConsumer> consumerConfigurator, IRegistrationContext context)
    {
        // A database that is away is waited for: the broker keeps what is unacknowledged. What fails for another reason fails
        // again, and goes to the error queue after a few tries.
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<TrainyardException>(failure => failure.Code is ErrorCode.BackendUnavailable);
            retry.Exponential(1000, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(15), TimeSpan.FromMilliseconds(500));
        });
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Ignore<TrainyardException>();
            retry.Ignore<OperationCanceledException>();
            retry.Intervals(100, 500);
        });
    }
}
