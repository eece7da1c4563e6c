namespace Trainyard.Notifier.Deliveries;

/// <summary>A message on one channel: what it is about, and how far it is.</summary>
internal sealed class Delivery
{
    public required string Id { get; init; }

    public required ChannelKind Channel { get; init; }

    public required DeliveryKind Kind { get; init; }

    /// <summary>Recognises repetitions: a channel has one delivery of each key.</summary>
    public required string Key { get; init; }

    public string? RunId { get; init; }

    /// <summary>The message as JSON; null for one that shows the newest state of a run or of all.</summary>
    public string? Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Counts the changes of what it shows.</summary>
    public long Version { get; set; }

    /// <summary>The version that was sent last; 0 for none.</summary>
    public long SentVersion { get; set; }

    /// <summary>When it is sent or edited next; null if nothing is left to do.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Claims of a sender. Its change shows that another replica took it.</summary>
    public long Claims { get; set; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>Whether quiet hours delayed it.</summary>
    public bool Held { get; set; }

    /// <summary>The message's id at the receiver.</summary>
    public string? MessageId { get; set; }

    /// <summary>When the message was first accepted.</summary>
    public DateTimeOffset? FirstSentAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public string? Error { get; set; }

    public DateTimeOffset? ErrorAt { get; set; }

    /// <summary>It is not sent any more: it was refused for good, or failed too often.</summary>
    public bool GivenUp { get; set; }
}
