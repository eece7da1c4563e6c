using MassTransit;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Events;

internal sealed class EventBatchConsumer(EventStore store) : IConsumer<EventBatch>
{
    public async Task Consume(ConsumeContext<EventBatch> context)
    {
        var stored = await store.StoreAsync(context.Message, context.CameBefore(), context.CancellationToken);
        if (context.ResponseAddress is not null)
        {
            await context.RespondInTimeAsync(stored);
        }
    }
}

internal sealed class EventBatchConsumerDefinition : ConsumerDefinition<EventBatchConsumer>
{
    // Enough to collect batches for the next transaction while others are written.
    private const int MaxConcurrentBatches = 32;

    private readonly long maxQueuedBytes;

    public EventBatchConsumerDefinition(IOptions<EventQueueOptions> options)
    {
        maxQueuedBytes = options.Value.MaxBytes;
        EndpointName = EndpointNames.EventBatches;
        ConcurrentMessageLimit = MaxConcurrentBatches;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EventBatchConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 2 * MaxConcurrentBatches;
        // A full queue rejects further batches, and ingest passes that on to its callers.
        endpointConfigurator.LimitBytes(maxQueuedBytes);
        // Covers short outages of the database; longer ones are retried by the broker. Other failures are likely permanent, so they go to
        // the error queue after a few retries.
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<TrainyardException>(failure => failure.Code is ErrorCode.BackendUnavailable or ErrorCode.OutcomeUnknown);
            retry.Intervals(250, 1000, 3000);
        });
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Ignore<TrainyardException>();
            retry.Ignore<OperationCanceledException>();
            retry.Intervals(100, 500);
        });
    }
}
