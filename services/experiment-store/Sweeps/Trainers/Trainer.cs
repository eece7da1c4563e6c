using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

/// <summary>An external program that receives trials over HTTP.</summary>
internal sealed class Trainer
{
    public required string Name { get; init; }

    public required string Url { get; init; }

    /// <summary>Signs the posts sent to it.</summary>
    public required SealedText Secret { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An order to a trainer, stored with the run it starts and kept until that run starts.</summary>
internal sealed class Delivery
{
    public required string RunId { get; init; }

    public required string Trainer { get; init; }

    /// <summary>The exact text that is sent.</summary>
    public required string Body { get; init; }

    public int Attempts { get; set; }

    /// <summary>When to send it next. Once accepted, the deadline for the trainer to start.</summary>
    public required DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? TakenAt { get; set; }

    public string? LastError { get; set; }
}
