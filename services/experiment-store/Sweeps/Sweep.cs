
namespace Trainyard.ExperimentStore.Sweeps;

internal enum SweepState
{
    Running,
    Paused,
    Stopped,
    Finished,
}

/// <summary>A search over the hyperparameters of an experiment. Whoever decides on its next trial holds its row.</summary>
internal sealed class Sweep
{
    /// <summary>The trainer of trials that are asked for.</summary>
    public const string External = "external";

    /// <summary>Trainyard's own trainer.</summary>
    public const string Own = "own";

    public required string Id { get; init; }

    public required string ExperimentId { get; init; }

    public SweepState State { get; set; }

    /// <summary>Why it is in this state, when it got there by itself.</summary>
    public string? Message { get; set; }

    /// <summary>The request it was made by: JSON.</summary>
    public required string Definition { get; init; }

    /// <summary><see cref="Own"/>, <see cref="External"/>, or the name of a registered trainer.</summary>
    public required string Trainer { get; init; }

    public required int MaxTrials { get; init; }

    public required int MaxConcurrent { get; init; }

    public required bool Prunes { get; init; }

    /// <summary>Trials handed out so far; the number of the next one.</summary>
    public int Trials { get; set; }

    /// <summary>The first trial whose failure says something about the sweep: those before it were looked into by a person.</summary>
    public int TrustedFrom { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }
}

internal enum TrialOutcome
{
    Pending,

    /// <summary>Told to give up; its run has not ended yet.</summary>
    Pruning,
    Completed,
    Failed,
    Pruned,
}

/// <summary>One point a sweep tries; its run carries the rest.</summary>
internal sealed class SweepTrial
{
    public required string SweepId { get; init; }

    public required int Number { get; init; }

    public required string RunId { get; init; }

    /// <summary>One coordinate per parameter: a JSON list.</summary>
    public required string Point { get; init; }

    public TrialOutcome State { get; set; }

    /// <summary>The objective; null is NaN in a completed trial.</summary>
    public double? Value { get; set; }

    /// <summary>The key of the request that asked for it.</summary>
    public string? AskedWith { get; init; }

    /// <summary>The step at which it was given up.</summary>
    public long? Step { get; set; }

    public string? Message { get; set; }
}
