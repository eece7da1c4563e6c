using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Events;

/// <summary>An event and its source.</summary>
/// <param name="Event">The event.</param>
/// <param name="From">The request that contains it; null for an event of the store itself.</param>
internal readonly record struct SentEvent(RunEvent Event, ArrivedRequest? From)
{
    public EventSender? Sender => From?.Request.Sender;
}

/// <summary>Why an event is dropped.</summary>
internal enum Refusal
{
    /// <summary>An external sender reports the status of a run that Trainyard trains.</summary>
    Outside,

    /// <summary>Its attempt is over.</summary>
    AttemptOver,
}

/// <summary>A dropped event.</summary>
internal sealed record RefusedEvent(SentEvent Sent, Refusal Why);
