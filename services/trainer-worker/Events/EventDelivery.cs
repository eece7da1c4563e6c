using MassTransit;
using Trainyard.Contracts.Events;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.TrainerWorker.Events;

/// <summary>Brings a batch of events to the store and returns when they are committed.</summary>
internal sealed class EventDelivery(IServiceScopeFactory scopes)
{
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 30);

    public async Task<EventsStored> DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<EventBatch>>();
        return (await client.GetResponse<EventsStored>(batch, cancellationToken, Patience).InTimeAsync(Patience, cancellationToken)).Message;
    }
}
