using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Events;

/// <summary>A queued batch. Cancellable only while queued.</summary>
internal sealed class WaitingBatch(BatchDelivery delivery)
{
    private readonly TaskCompletionSource<EventsStored> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int settled;

    public BatchDelivery Delivery => delivery;

    public Task<EventsStored> Outcome => outcome.Task;

    /// <summary>Claims the batch for a transaction. False if it was cancelled.</summary>
    public bool TryTake() => Interlocked.Exchange(ref settled, 1) == 0;

    public void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref settled, 1) == 0)
        {
            outcome.TrySetCanceled(cancellationToken);
        }
    }

    public void Stored(EventsStored stored) => outcome.TrySetResult(stored);

    public void Fail(Exception exception) => outcome.TrySetException(exception);
}
