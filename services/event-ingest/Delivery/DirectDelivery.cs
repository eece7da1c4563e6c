using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>Delivery to a store in the same process. An in-memory message would die with the process and cost its serialization.</summary>
internal sealed class DirectDelivery(IEventStore store) : IDelivery
{
    public bool Groups => true;

    public async Task<IReadOnlyList<RequestOutcome?>> DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.StoreAsync(batch, cancellationToken)).Outcomes;
        }
        catch (Exception exception) when (exception is not (TrainyardException or OperationCanceledException))
        {
            throw new BatchRefusedException(exception);
        }
    }
}
