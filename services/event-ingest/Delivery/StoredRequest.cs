using MassTransit;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>In memory, where a message dies with the process: sent as a request, which the store answers after its commit.</summary>
internal sealed class StoredRequest(IClientFactory clients) : IDelivery
{
    private readonly IRequestClient<EventBatch> store = clients.CreateRequestClient<EventBatch>(RequestTimeout.None);

    public async Task DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await store.GetResponse<EventsStored>(batch, cancellationToken);
        }
        catch (RequestFaultException fault)
        {
            throw new BatchRefusedException(fault);
        }
    }
}
