namespace Trainyard.Contracts.Events;

/// <summary>
/// A batch of accepted requests: the unit that travels on the bus and is stored in one transaction. As a request, its response is
/// <see cref="EventsStored"/>.
/// </summary>
/// <param name="BatchId">Identifies a redelivered batch.</param>
/// <param name="AcceptedAt">Time at which the batch was built.</param>
/// <param name="Requests">In order of arrival.</param>
public sealed record EventBatch(Guid BatchId, DateTimeOffset AcceptedAt, IReadOnlyList<AcceptedRequest> Requests);

/// <summary>The events of a request: stored atomically, and skipped if the request's key was stored before.</summary>
/// <param name="Key">
/// The caller's idempotency key; null without one. Keys of the form <c>client:sequence</c> don't expire, others expire after a week.
/// </param>
/// <param name="RequestId">The request's <c>X-Request-ID</c>.</param>
/// <param name="Events">At least one.</param>
public sealed record AcceptedRequest(string? Key, string RequestId, IReadOnlyList<RunEvent> Events)
{
    /// <summary>The sender, which determines the events it may send; null for an external sender.</summary>
    public EventSender? Sender { get; init; }

    /// <summary>The endpoint it was sent to. Idempotency keys and event ids are scoped to it.</summary>
    public string Address { get; init; } = "";

    /// <summary>Detects a different body under the same key; null if the sender guarantees unique keys.</summary>
    public long? BodyHash { get; init; }
}

/// <summary>The response to an <see cref="EventBatch"/> sent as a request, once it is committed.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Stored">Number of requests whose events were stored.</param>
/// <param name="Repeated">Number of requests that had been stored before.</param>
/// <param name="Refused">Number of events rejected because their sender may not write to their run.</param>
public sealed record EventsStored(Guid BatchId, int Stored, int Repeated, int Refused = 0)
{
    /// <summary>The outcome of each request, in the order of the batch.</summary>
    public IReadOnlyList<RequestOutcome> Outcomes { get; init; } = [];
}

/// <summary>The outcome of a request.</summary>
/// <param name="Repeated">Number of its events that had been stored before.</param>
/// <param name="KeyReused">Whether its key was stored with another body before. Nothing of it is stored then.</param>
public sealed record RequestOutcome(int Repeated, bool KeyReused = false);
