using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>Makes batches durable.</summary>
internal interface IDelivery
{
    /// <summary>Whether the delivery groups concurrent batches itself, so that lingering for more requests gains nothing.</summary>
    bool Groups { get; }

    /// <summary>
    /// Returns once the batch would survive a crash of this process: the outcome of each request, or null if only the store will know.
    /// </summary>
    Task<IReadOnlyList<RequestOutcome?>> DeliverAsync(EventBatch batch, CancellationToken cancellationToken);
}
