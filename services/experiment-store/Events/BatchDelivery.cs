using System.Diagnostics;
using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Events;

/// <summary>One delivery of a batch; another of the same batch is another arrival.</summary>
/// <param name="batch">The batch.</param>
/// <param name="again">Whether it came before, so that some of it may be stored.</param>
/// <param name="answered">Whether its senders wait for what becomes of it; otherwise they were told that it is accepted.</param>
internal sealed class BatchDelivery(EventBatch batch, bool again, bool answered = false)
{
    public EventBatch Batch => batch;

    public bool Again => again;

    public bool Answered => answered;

    /// <summary>The span of its delivery; it lasts until the batch is stored.</summary>
    public Activity? Activity { get; } = Activity.Current;

    /// <summary>Its place in its trace.</summary>
    public ActivityContext Trace => Activity?.Context ?? default;

    public IEnumerable<ArrivedRequest> Requests => Batch.Requests.Select((request, index) => new ArrivedRequest(this, index, request));
}

/// <param name="Delivery">The batch it belongs to.</param>
/// <param name="Index">Its place there.</param>
/// <param name="Request">The request.</param>
internal sealed record ArrivedRequest(BatchDelivery Delivery, int Index, AcceptedRequest Request);
