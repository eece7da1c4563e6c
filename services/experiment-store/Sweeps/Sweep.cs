namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>How far a sweep is.</summary>
internal enum SweepState
{
    Running,
    Paused,
    Stopped,
    Finished,
}

/// <summary>A hyperparameter search of an experiment. A decision on its next trial locks its row.</summary>
internal sealed class Sweep
{
    /// <summary>The trainer of a sweep whose trials are handed out to programs that ask.</summary>
    public const string External = "external";

    /// <summary>Trainyard's own trainer.</summary>
    public const string Own = "own";

    public required string Id { get; init; }

    public required string ExperimentId { get; init; }

    public SweepState State { get; set; }

    /// <summary>Why the sweep is in this state, if no user put it there.</summary>
    public string? Message { get; set; }

    /// <summary>The request that created it, as JSON.</summary>
    public required string Definition { get; init; }

    /// <summary><see cref="Own"/>, <see cref="External"/>, or the name of a registered trainer.</summary>
    public required string Trainer { get; init; }

    public required int MaxTrials { get; init; }

    public required int MaxConcurrent { get; init; }

    public required bool Prunes { get; init; }

    /// <summary>Trials handed out so far; the number of the next one.</summary>
    public int Trials { get; set; }

    /// <summary>The first trial whose failure counts towards a pause. A resume excludes all earlier trials.</summary>
    public int TrustedFrom { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>How a trial ended.</summary>
internal enum TrialOutcome
{
    Pending,

    /// <summary>Asked to stop; its run has not ended yet.</summary>
    Pruning,
    Completed,
    Failed,
    Pruned,
}

/// <summary>One point of a sweep. Its run holds the rest.</summary>
internal sealed class SweepTrial
{
    public required string SweepId { get; init; }

    public required int Number { get; init; }

    public required string RunId { get; init; }

    /// <summary>One coordinate per parameter: a JSON list.</summary>
    public required string Point { get; init; }

    public TrialOutcome State { get; set; }

    /// <summary>The value of the objective. In a completed trial null means that it is not finite.</summary>
    public double? Value { get; set; }

    /// <summary>The <see cref="AskKey"/> of its request, if it had one.</summary>
    public string? AskedWith { get; init; }

    /// <summary>The step at which it was pruned.</summary>
    public long? Step { get; set; }

    public string? Message { get; set; }
}
