using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>How a batch becomes durable on the bus at hand.</summary>
internal interface IDelivery
{
    /// <summary>Whether batches are made durable together anyway while one is: then waiting for more requests gains nothing.</summary>
    bool Groups { get; }

    /// <summary>
    /// Returns once the batch survives whatever happens to this process: what became of each request, or null when only the store will
    /// know.
    /// </summary>
    Task<IReadOnlyList<RequestOutcome?>> DeliverAsync(EventBatch batch, CancellationToken cancellationToken);
}
