using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Events;

/// <summary>A batch that waits for its turn to be stored. Whoever brought it can give up until then, not after: its answer is certain.</summary>
internal sealed class WaitingBatch(BatchDelivery delivery)
{
    private readonly TaskCompletionSource<EventsStored> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int settled;

    public BatchDelivery Delivery => delivery;

    public Task<EventsStored> Outcome => outcome.Task;

    /// <summary>False when its bringer has given up.</summary>
    public bool TryTake() => Interlocked.Exchange(ref settled, 1) == 0;

    public void GiveUp(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref settled, 1) == 0)
        {
            outcome.TrySetCanceled(cancellationToken);
        }
    }

    public void Stored(EventsStored stored) => outcome.TrySetResult(stored);

    public void Fail(Exception exception) => outcome.TrySetException(exception);
}
