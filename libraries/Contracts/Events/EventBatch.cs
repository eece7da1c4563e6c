namespace Trainyard.Contracts.Events;

/// <summary>
/// Requests accepted together: the unit that travels on the bus and is stored in one transaction. Answered with
/// <see cref="EventsStored"/> when sent as a request.
/// </summary>
/// <param name="BatchId">Tells a redelivered batch from a new one.</param>
/// <param name="AcceptedAt">When it was put together.</param>
/// <param name="Requests">In order of arrival.</param>
public sealed record EventBatch(Guid BatchId, DateTimeOffset AcceptedAt, IReadOnlyList<AcceptedRequest> Requests);

/// <summary>One request's events: stored all together or, when its key was stored before, not at all.</summary>
/// <param name="Key">
/// What makes a repetition recognisable: the caller's idempotency key, null without one. <c>client:sequence</c> keys are
/// remembered for ever, others for a week.
/// </param>
/// <param name="RequestId">The <c>X-Request-ID</c> it arrived under.</param>
/// <param name="Events">At least one.</param>
public sealed record AcceptedRequest(string? Key, string RequestId, IReadOnlyList<RunEvent> Events)
{
    /// <summary>Who sent it: decides what of it counts. Somebody outside when null.</summary>
    public EventSender? Sender { get; init; }

    /// <summary>Where it was sent. The same key, or the same id of an event, at another address is another one.</summary>
    public string Address { get; init; } = "";

    /// <summary>Tells another body under the same key from a repetition; null when the sender keeps its keys apart by itself.</summary>
    public long? BodyHash { get; init; }
}

/// <summary>The answer to an <see cref="EventBatch"/> sent as a request: it is committed.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Stored">Requests whose events were stored.</param>
/// <param name="Repeated">Requests that had been stored before.</param>
/// <param name="Refused">Events that did not count, because their sender may not speak for their run.</param>
public sealed record EventsStored(Guid BatchId, int Stored, int Repeated, int Refused = 0)
{
    /// <summary>Each request, in the order of the batch.</summary>
    public IReadOnlyList<RequestOutcome> Outcomes { get; init; } = [];
}

/// <summary>What became of a request.</summary>
/// <param name="Repeated">How many of its events had been stored before.</param>
/// <param name="KeyReused">Its key was stored with another body before: nothing of it is stored.</param>
public sealed record RequestOutcome(int Repeated, bool KeyReused = false);
