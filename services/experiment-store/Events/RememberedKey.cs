namespace Trainyard.ExperimentStore.Events;

/// <summary>A request's key or an event's id, kept for a week so that its repetition changes nothing.</summary>
internal sealed class RememberedKey
{
    public required string Key { get; init; }

    public required DateTimeOffset StoredAt { get; init; }
}

/// <summary>Every sequence number a client's requests have carried, kept for ever.</summary>
internal sealed class ClientSequences
{
    public required string Client { get; init; }

    /// <summary>A <see cref="SequenceSet"/> as text.</summary>
    public required string Sequences { get; set; }
}
