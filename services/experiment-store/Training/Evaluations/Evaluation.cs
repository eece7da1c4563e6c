using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>An evaluation somebody asked for. A worker makes it as it trains a run: called, claimed once, and called again when a worker died.</summary>
internal sealed class Evaluation : IOfRun
{
    public required string Id { get; init; }

    public required string RunId { get; init; }

    /// <summary><see cref="RunStatus.Queued"/>, running, completed or failed.</summary>
    public RunStatus Status { get; set; }

    /// <summary>The request: JSON.</summary>
    public required string Request { get; init; }

    /// <summary>How often it has been begun.</summary>
    public int Attempt { get; set; } = 1;

    public string? WorkerId { get; set; }

    /// <summary>The checkpoint it is of; which one is the best may change until a worker claims it.</summary>
    public string? CheckpointId { get; set; }

    public long? Step { get; set; }

    public string? Message { get; set; }

    public string? ErrorKind { get; set; }

    /// <summary>What was found: JSON.</summary>
    public string? Metrics { get; set; }

    /// <summary>When it is next to be offered to the workers.</summary>
    public DateTimeOffset? OfferAt { get; set; }

    public int Offers { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}
