using System.Diagnostics;
using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Events;

/// <summary>One delivery of a batch. A redelivery of the same batch is another instance.</summary>
/// <param name="batch">The batch.</param>
/// <param name="redelivered">True if it was delivered before, so that parts of it may be stored.</param>
/// <param name="senderWaits">True if its senders wait for the outcome. Otherwise they already got a 202.</param>
internal sealed class BatchDelivery(EventBatch batch, bool redelivered, bool senderWaits = false)
{
    public EventBatch Batch => batch;

    public bool Redelivered => redelivered;

    public bool SenderWaits => senderWaits;

    /// <summary>The span of its delivery, which ends when the batch is stored.</summary>
    public Activity? Activity { get; } = Activity.Current;

    /// <summary>The context of its span.</summary>
    public ActivityContext Trace => Activity?.Context ?? default;

    public IEnumerable<ArrivedRequest> Requests => Batch.Requests.Select((request, index) => new ArrivedRequest(this, index, request));
}

/// <param name="Delivery">The batch it belongs to.</param>
/// <param name="Index">Its index in the batch.</param>
/// <param name="Request">The request.</param>
internal sealed record ArrivedRequest(BatchDelivery Delivery, int Index, AcceptedRequest Request);
