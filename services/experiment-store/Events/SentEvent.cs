using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Events;

/// <summary>An event on its way into a run.</summary>
/// <param name="Event">The event.</param>
/// <param name="From">The request that brought it; null when the store itself says it.</param>
internal readonly record struct SentEvent(RunEvent Event, ArrivedRequest? From)
{
    public EventSender? Sender => From?.Request.Sender;
}

/// <summary>Why an event does not count.</summary>
internal enum Uncounted
{
    /// <summary>Somebody outside speaks for a run that our trainer trains.</summary>
    Outside,

    /// <summary>Its attempt is over.</summary>
    AttemptOver,
}

/// <summary>An event that did not count.</summary>
/// <param name="Sent">The event.</param>
/// <param name="Why">Why.</param>
internal sealed record UncountedEvent(SentEvent Sent, Uncounted Why);
