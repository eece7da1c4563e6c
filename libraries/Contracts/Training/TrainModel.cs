namespace Trainyard.Contracts.Training;

/// <summary>
/// Wake-up message for a queued run. The database decides: a worker claims the run before it does anything, so a repeated or late message
/// is harmless.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The queued attempt, from 1.</param>
public sealed record TrainModel(string RunId, int Attempt);

/// <summary>A worker with a run's lease claims it. The response is <see cref="RunClaimed"/> or <see cref="ClaimRefused"/>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt of the wake-up message.</param>
/// <param name="WorkerId">The worker.</param>
public sealed record ClaimRun(string RunId, int Attempt, string WorkerId);

/// <summary>The run is the worker's: its status is now running.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt to train; every event carries it.</param>
/// <param name="Config">The config stored when the run was queued.</param>
/// <param name="Resume">Whether to resume from a checkpoint, if there is a valid one.</param>
/// <param name="FromStep">Resume from the checkpoint at or before this step; from the newest one when null.</param>
/// <param name="StartFromPath">Checkpoint folder with initial weights for a new run, below the artifacts root.</param>
public sealed record RunClaimed(string RunId, int Attempt, TrainingConfig Config, bool Resume, long? FromStep, string? StartFromPath)
{
    /// <summary>The run that this one repeats: it trains only on the same text, with that run's copy of the tokenizer.</summary>
    public string? ReproducesRunId { get; init; }

    /// <summary>The last step reached by earlier attempts; null without one.</summary>
    public long? ProgressStep { get; init; }

    /// <summary>Whether the run fails for good if this attempt gets no further than earlier ones.</summary>
    public bool IsLastTry { get; init; }

    /// <summary>Whether the store queues the run again after a transient failure.</summary>
    /// <param name="reached">The last step of this attempt.</param>
    public bool MayBeRetried(long? reached) => !IsLastTry || (reached is { } step && (ProgressStep is null || step > ProgressStep));
}

/// <summary>The worker may not train the run now.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Reason">Why, for the log.</param>
public sealed record ClaimRefused(string RunId, string Reason);

/// <summary>A worker asks whether a run exists before it generates text with its model. The response is <see cref="RunFound"/>.</summary>
/// <param name="RunId">The run.</param>
public sealed record FindRun(string RunId);

/// <summary>Whether a run exists.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Exists">False also for a deleted run, even if it can be restored.</param>
public sealed record RunFound(string RunId, bool Exists);
