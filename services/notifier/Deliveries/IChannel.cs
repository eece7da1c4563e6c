using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Deliveries;

/// <summary>A way to reach people or programs.</summary>
internal interface IChannel
{
    ChannelKind Kind { get; }

    /// <summary>Where messages go, without secrets.</summary>
    string Target { get; }

    /// <summary>Whether a message can be edited, so that one message follows a run. Other channels get milestones.</summary>
    bool Edits { get; }

    /// <summary>Whether the channel sends a milestone. Channels that edit show it in the run's message.</summary>
    bool Takes(Message message);

    /// <summary>Sends a message, or edits the one with this id.</summary>
    /// <param name="deliveryId">The same for every attempt, so that the receiver can recognise a repetition.</param>
    /// <param name="message">What to say.</param>
    /// <param name="messageId">The receiver's id of the message to edit; null sends a new one.</param>
    /// <param name="cancellationToken">Stops waiting for the receiver.</param>
    Task<Outcome> SendAsync(string deliveryId, Message message, string? messageId, CancellationToken cancellationToken);
}

/// <summary>What became of an attempt to send.</summary>
internal sealed record Outcome
{
    private Outcome()
    {
    }

    public bool Sent { get; private init; }

    /// <summary>The receiver's id of the message; null if it has none.</summary>
    public string? MessageId { get; private init; }

    /// <summary>The message to edit is gone. A new one has to be sent.</summary>
    public bool Gone { get; private init; }

    /// <summary>The receiver refused it for good.</summary>
    public bool Refused { get; private init; }

    /// <summary>The receiver asks to wait this long. That is no failure.</summary>
    public TimeSpan? Wait { get; private init; }

    /// <summary>What went wrong, without secrets.</summary>
    public string? Error { get; private init; }

    public static Outcome Delivered(string? messageId) => new() { Sent = true, MessageId = messageId };

    public static Outcome MessageGone { get; } = new() { Gone = true, Error = "the message was deleted" };

    public static Outcome RefusedFor(string reason) => new() { Refused = true, Error = reason };

    public static Outcome FailedFor(string reason) => new() { Error = reason };

    public static Outcome WaitFor(TimeSpan time) => new() { Wait = time, Error = "the receiver limits the rate" };
}
