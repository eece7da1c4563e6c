using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>What keeps a run alive: the lease of Trainyard's trainer, or the events of an external job.</summary>
internal enum RunKind
{
    Own,
    External,
}

/// <summary>What a user requested of a running run.</summary>
internal enum RunRequest
{
    Cancel,
    Pause,
}

internal sealed class Run
{
    public required string Id { get; init; }

    /// <summary>The display name; the id until a user sets one.</summary>
    public required string Name { get; set; }

    public RunKind Kind { get; init; }

    public RunStatus Status { get; set; }

    public string? Message { get; set; }

    public string? ExperimentId { get; set; }

    public string? Source { get; set; }

    public bool? SpectralNorm { get; set; }

    /// <summary>Hyperparameters, or the training config of a run of Trainyard's trainer, as JSON.</summary>
    public string? Config { get; set; }

    public string? Notes { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the last event or heartbeat arrived, by the store's clock.</summary>
    public DateTimeOffset? LastHeartbeat { get; set; }

    /// <summary>Seconds within which an external job announced its next report.</summary>
    public double? ExpectNextIn { get; set; }

    /// <summary>The latest attempt.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>The last step of the latest attempt.</summary>
    public long? Step { get; set; }

    public long? TotalSteps { get; set; }

    public double? EtaSeconds { get; set; }

    public long? Epochs { get; set; }

    public double? DurationMs { get; set; }

    public string? MlflowRunId { get; set; }

    /// <summary>Its page on the MLflow server that it is logged to as well.</summary>
    public string? MlflowUrl { get; set; }

    /// <summary>The metrics in its final event, as JSON.</summary>
    public string? FinalMetrics { get; set; }

    public string? ErrorKind { get; set; }

    /// <summary>What failed, as one of the API's error codes.</summary>
    public string? ErrorCode { get; set; }

    public RunRequest? Asked { get; set; }

    /// <summary>Interrupted because heartbeats stopped. The next event sets it back to running.</summary>
    public bool Silent { get; set; }

    /// <summary>The worker that claimed the latest attempt.</summary>
    public string? WorkerId { get; set; }

    /// <summary>The checkpoint folder, relative to the artifacts root, from which the first attempt starts.</summary>
    public string? StartFromPath { get; set; }

    /// <summary>The run that this one repeats.</summary>
    public string? ReproducesRunId { get; set; }

    /// <summary>The highest step at which an attempt has ended.</summary>
    public long? ProgressStep { get; set; }

    /// <summary>Consecutive attempts that ended without progress.</summary>
    public int StalledAttempts { get; set; }

    /// <summary>When a queued run is next offered to the workers.</summary>
    public DateTimeOffset? OfferAt { get; set; }

    /// <summary>How often this attempt has been offered.</summary>
    public int Offers { get; set; }

    public int SeriesCount { get; set; }

    public int MediaCount { get; set; }

    /// <summary>Bytes of its media in the database; those of uploaded files do not count.</summary>
    public long MediaBytes { get; set; }

    /// <summary>When its log last got a warning about dropped values.</summary>
    public DateTimeOffset? WarnedAt { get; set; }

    /// <summary>True if its sort keys are up to date.</summary>
    public bool HasSortKeys { get; set; }

    /// <summary>A user has pinned it.</summary>
    public bool Pinned { get; set; }

    /// <summary>It can't be changed, moved or deleted until it is unlocked. Its own events are still stored.</summary>
    public bool Locked { get; set; }

    /// <summary>Set when it is deleted. It can be restored until removal begins.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Its rows are being deleted; no query returns it.</summary>
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

    /// <summary>The step it starts from; null until the trainer reports it.</summary>
    public long? FromStep { get; set; }

    /// <summary>The step from which a user asked to resume.</summary>
    public long? RequestedStep { get; init; }

    /// <summary>The step at which a later attempt took over. Points from there on are superseded.</summary>
    public long UntilStep { get; set; } = long.MaxValue;

    public required DateTimeOffset StartedAt { get; set; }
}
