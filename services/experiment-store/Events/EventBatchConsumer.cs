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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        if (context is { ResponseAddress: not null, ExpirationTime: { } expiry })
        {
            // Whoever asked has told its caller by then that nothing was kept.
            var left = expiry - DateTime.UtcNow;
            patience.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        var again = context.ReceiveContext.Redelivered || context.GetRetryAttempt() > 0;
        var stored = await store.StoreAsync(context.Message, again, patience.Token);
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

    private readonly long mostQueuedBytes;

    public EventBatchConsumerDefinition(IOptions<EventQueueOptions> options)
    {
        mostQueuedBytes = options.Value.MaxBytes;
        EndpointName = EndpointNames.EventBatches;
        ConcurrentMessageLimit = AtOnce;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EventBatchConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 2 * AtOnce;
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator queue)
        {
            // A full queue takes nothing more, which ingest tells its callers, instead of dropping what it holds.
            queue.SetQueueArgument("x-max-length-bytes", mostQueuedBytes);
            queue.SetQueueArgument("x-overflow", "reject-publish");
        }
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
