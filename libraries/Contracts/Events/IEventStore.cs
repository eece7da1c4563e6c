using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Events;

/// <summary>The store of events, for a service that runs in the same process and so needs no bus between.</summary>
public interface IEventStore
{
    /// <summary>Stores a batch. Returns once it is committed.</summary>
    /// <param name="batch">Handed over for the first time.</param>
    /// <param name="cancellationToken">Gives up on a batch that still waits for its turn; one that is being stored is waited for, so that the answer is certain.</param>
    /// <exception cref="TrainyardException">BACKEND_UNAVAILABLE: nothing of it is stored. OUTCOME_UNKNOWN: it may be.</exception>
    /// <exception cref="OperationCanceledException">Nothing of it is stored.</exception>
    Task<EventsStored> StoreAsync(EventBatch batch, CancellationToken cancellationToken);
}
