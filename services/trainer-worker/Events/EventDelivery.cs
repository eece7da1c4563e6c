using MassTransit;
using Trainyard.Contracts.Events;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.TrainerWorker.Events;

/// <summary>Brings a batch of events to the store and returns when they are committed.</summary>
internal sealed class EventDelivery(IServiceScopeFactory scopes)
{
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 30);

    public async Task DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IRequestClient<EventBatch>>()
            .GetResponse<EventsStored>(batch, cancellationToken, Patience).InTimeAsync(Patience, cancellationToken);
    }
}
