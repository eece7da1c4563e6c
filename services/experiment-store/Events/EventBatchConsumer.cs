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
    // Enough for batches to be stored together while others are being written.
    private const int AtOnce = 32;

    private readonly long maxQueuedBytes;

    public EventBatchConsumerDefinition(IOptions<EventQueueOptions> options)
    {
        maxQueuedBytes = options.Value.MaxBytes;
        EndpointName = EndpointNames.EventBatches;
        ConcurrentMessageLimit = AtOnce;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EventBatchConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 2 * AtOnce;
        // A full queue takes nothing more, which ingest tells its callers.
        endpointConfigurator.LimitBytes(maxQueuedBytes);
        // A database that is away for a moment; one that is away for longer is waited for on the broker. What fails for another reason fails
        // again, and goes to the error queue after a few tries.
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
