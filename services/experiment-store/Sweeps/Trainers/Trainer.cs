using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

/// <summary>A program of someone else's that trains what it is told to over HTTP.</summary>
internal sealed class Trainer
{
    public required string Name { get; init; }

    public required string Url { get; init; }

    /// <summary>Signs what is sent to it.</summary>
    public required SealedText Secret { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An order on its way to a trainer, stored with the run it starts and kept until the run is heard of.</summary>
internal sealed class Delivery
{
    public required string RunId { get; init; }

    public required string Trainer { get; init; }

    /// <summary>The exact text that is sent.</summary>
    public required string Body { get; init; }

    public int Attempts { get; set; }

    /// <summary>When it is next to be sent; once it was taken, when the trainer must have begun.</summary>
    public required DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? TakenAt { get; set; }

    public string? LastError { get; set; }
}
