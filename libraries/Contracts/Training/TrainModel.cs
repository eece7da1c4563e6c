namespace Trainyard.Contracts.Training;

/// <summary>
/// A wake-up call: a run waits to be trained. The database decides; a worker that hears it claims the run before it does
/// anything, so a repeated or late call does no harm.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt that waits, from 1.</param>
public sealed record TrainModel(string RunId, int Attempt);

/// <summary>A worker that holds a run's lease asks to train it. Answered with <see cref="RunClaimed"/> or <see cref="ClaimRefused"/>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt it was called for.</param>
/// <param name="WorkerId">The worker.</param>
public sealed record ClaimRun(string RunId, int Attempt, string WorkerId);

/// <summary>The run is the worker's: its status is now running.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt to train; every event carries it.</param>
/// <param name="Config">The config as it was stored when the run was queued.</param>
/// <param name="Resume">Whether to go on from a checkpoint if there is a valid one.</param>
/// <param name="FromStep">Go on from the checkpoint at or before this step; from the newest one when null.</param>
/// <param name="StartFromPath">A checkpoint folder, below the artifacts root, whose weights a new run begins with.</param>
public sealed record RunClaimed(string RunId, int Attempt, TrainingConfig Config, bool Resume, long? FromStep, string? StartFromPath)
{
    /// <summary>The furthest step earlier attempts reached; null when none did.</summary>
    public long? ProgressStep { get; init; }

    /// <summary>Whether the run fails for good when this attempt gets no further than those before it.</summary>
    public bool IsLastTry { get; init; }

    /// <summary>Whether the store queues the run again after a failure that may pass.</summary>
    /// <param name="reached">The last step of this attempt.</param>
    public bool MayBeRetried(long? reached) => !IsLastTry || (reached is { } step && (ProgressStep is null || step > ProgressStep));
}

/// <summary>The run is not to be trained by this worker now.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Reason">Why, for the log.</param>
public sealed record ClaimRefused(string RunId, string Reason);
