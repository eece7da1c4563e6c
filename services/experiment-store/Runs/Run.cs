using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>Who answers for a run's life: our trainer by its lease, an external job by its events.</summary>
internal enum RunKind
{
    Own,
    External,
}

/// <summary>What a person asked of a run that trains.</summary>
internal enum RunRequest
{
    Cancel,
    Pause,
}

internal sealed class Run
{
    public required string Id { get; init; }

    /// <summary>What a person calls it; its id until someone does.</summary>
    public required string Name { get; set; }

    public RunKind Kind { get; init; }

    public RunStatus Status { get; set; }

    public string? Message { get; set; }

    public string? ExperimentId { get; set; }

    public string? Source { get; set; }

    public bool? SpectralNorm { get; set; }

    /// <summary>Hyperparameters, or the training config of our own: JSON.</summary>
    public string? Config { get; set; }

    public string? Notes { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The last sign of life, by our clock.</summary>
    public DateTimeOffset? LastHeartbeat { get; set; }

    /// <summary>Seconds within which an external job said it would report again.</summary>
    public double? ExpectNextIn { get; set; }

    /// <summary>The latest attempt.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>The step the latest attempt has reached.</summary>
    public long? Step { get; set; }

    public long? TotalSteps { get; set; }

    public double? EtaSeconds { get; set; }

    public long? Epochs { get; set; }

    public double? DurationMs { get; set; }

    public string? MlflowRunId { get; set; }

    /// <summary>The values its program gave with the end: JSON.</summary>
    public string? FinalMetrics { get; set; }

    public string? ErrorKind { get; set; }

    public RunRequest? Asked { get; set; }

    /// <summary>Interrupted for want of a heartbeat: the first sign of life makes it running again.</summary>
    public bool Silent { get; set; }

    /// <summary>Who claimed the latest attempt.</summary>
    public string? WorkerId { get; set; }

    /// <summary>A checkpoint folder, below the artifacts root, to begin with.</summary>
    public string? StartFromPath { get; set; }

    /// <summary>The furthest step any attempt has reached when it ended.</summary>
    public long? ProgressStep { get; set; }

    /// <summary>Attempts in a row that ended without getting further.</summary>
    public int StalledAttempts { get; set; }

    /// <summary>When a queued run is next to be offered to the workers.</summary>
    public DateTimeOffset? OfferAt { get; set; }

    /// <summary>How often this attempt has been offered.</summary>
    public int Offers { get; set; }

    public int SeriesCount { get; set; }

    /// <summary>When a person last read in its log that values were dropped.</summary>
    public DateTimeOffset? WarnedAt { get; set; }

    /// <summary>Whether the values it is ordered by have been copied since they last changed.</summary>
    public bool HasSortKeys { get; set; }

    /// <summary>A person wants it at hand.</summary>
    public bool Pinned { get; set; }

    /// <summary>It can't be changed, moved or deleted until it is unlocked. What it reports itself still arrives.</summary>
    public bool Locked { get; set; }

    /// <summary>Set when it was deleted; it can be restored until its removal begins.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Its rows are being deleted; nobody sees it any more.</summary>
    public bool Removing { get; set; }
}

internal sealed class RunTag : IOfRun
{
    public required string RunId { get; init; }

    public required string Name { get; init; }

    public required string Value { get; set; }
}

internal sealed class RunAttempt : IOfRun
{
    public required string RunId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>The first step it may write; null until it says so.</summary>
    public long? FromStep { get; set; }

    /// <summary>The step a person asked it to go on from.</summary>
    public long? RequestedStep { get; init; }

    /// <summary>The step from which a later attempt has taken over: points at or after it are replaced.</summary>
    public long UntilStep { get; set; } = long.MaxValue;

    public required DateTimeOffset StartedAt { get; set; }
}
