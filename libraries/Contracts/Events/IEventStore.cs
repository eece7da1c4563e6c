using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Events;

/// <summary>The event store, for services in the same process, which need no bus.</summary>
public interface IEventStore
{
    /// <summary>Stores a batch. Returns once it is committed.</summary>
    /// <param name="batch">A batch that was not submitted before.</param>
    /// <param name="cancellationToken">Cancellable only while queued.</param>
    /// <exception cref="TrainyardException">BACKEND_UNAVAILABLE: nothing is stored. OUTCOME_UNKNOWN: it may be stored.</exception>
    /// <exception cref="OperationCanceledException">Nothing is stored.</exception>
    Task<EventsStored> StoreAsync(EventBatch batch, CancellationToken cancellationToken);
}
