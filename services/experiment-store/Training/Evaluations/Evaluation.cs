using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>A requested evaluation. Like a run it is offered to workers, claimed by one, and offered again if that worker dies.</summary>
internal sealed class Evaluation : IOfRun
{
    public required string Id { get; init; }

    public required string RunId { get; init; }

    /// <summary><see cref="RunStatus.Queued"/>, running, completed or failed.</summary>
    public RunStatus Status { get; set; }

    /// <summary>The request, as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>The current attempt, from 1.</summary>
    public int Attempt { get; set; } = 1;

    public string? WorkerId { get; set; }

    /// <summary>The checkpoint to evaluate. The best one may change until a worker claims the evaluation.</summary>
    public string? CheckpointId { get; set; }

    public long? Step { get; set; }

    public string? Message { get; set; }

    public string? ErrorKind { get; set; }

    /// <summary>What failed, as one of the API's error codes.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>The result, as JSON.</summary>
    public string? Metrics { get; set; }

    /// <summary>When to offer it to workers next.</summary>
    public DateTimeOffset? OfferAt { get; set; }

    public int Offers { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}
