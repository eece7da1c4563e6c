using MassTransit;
using Trainyard.Contracts.Events;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.TrainerWorker.Events;

/// <summary>Sends a batch of events to the store, and returns when they are committed.</summary>
internal sealed class EventDelivery(IServiceScopeFactory scopes)
{
    private static readonly RequestTimeout StoreTimeout = RequestTimeout.After(s: 30);

    public async Task<EventsStored> DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<EventBatch>>();
        var response = await client.GetResponse<EventsStored>(batch, cancellationToken, StoreTimeout)
            .InTimeAsync(StoreTimeout, cancellationToken);
        return response.Message;
    }
}
