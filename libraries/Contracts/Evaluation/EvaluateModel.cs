using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.Evaluation;

/// <summary>A wake-up call: an evaluation waits. As with <see cref="TrainModel"/>, the database decides.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="RunId">The run whose model it is about.</param>
/// <param name="Attempt">How often it has been begun, with this time, from 1.</param>
public sealed record EvaluateModel(string EvaluationId, string RunId, int Attempt);

/// <summary>A worker that holds an evaluation's lease asks to make it. Answered with <see cref="EvaluationClaimed"/> or <see cref="ClaimRefused"/>.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">What it was called for.</param>
/// <param name="WorkerId">The worker.</param>
public sealed record ClaimEvaluation(string EvaluationId, string RunId, int Attempt, string WorkerId);

/// <summary>The evaluation is the worker's: its status is now running.</summary>
public sealed record EvaluationClaimed
{
    /// <summary>What <see cref="EvaluationRequest.On"/> says for the run's own held-out text.</summary>
    public const string Validation = "validation";

    /// <summary>The evaluation.</summary>
    public required string EvaluationId { get; init; }

    /// <summary>How often it has been begun.</summary>
    public required int Attempt { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The run's config.</summary>
    public required TrainingConfig Config { get; init; }

    /// <summary>The checkpoint's folder, below the artifacts root.</summary>
    public required string CheckpointPath { get; init; }

    /// <summary>The checkpoint's step.</summary>
    public required long Step { get; init; }

    /// <summary>The run's attempt that saved it; events about it carry that.</summary>
    public required int RunAttempt { get; init; }

    /// <summary>What was asked for.</summary>
    public required EvaluationRequest Request { get; init; }
}

/// <summary>The evaluation has ended; sent again until it is answered with <see cref="EvaluationRecorded"/>.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">What the worker had claimed.</param>
/// <param name="Metrics">What <c>eval/metrics.json</c> says, as JSON; null when it failed.</param>
/// <param name="ErrorKind"><c>USER_INPUT</c>, <c>TRANSIENT</c> or <c>FATAL</c> when it failed.</param>
/// <param name="Message">For people.</param>
public sealed record EvaluationEnded(string EvaluationId, string RunId, int Attempt, string? Metrics, string? ErrorKind, string Message)
{
    /// <summary>What the run is told of it: stored together with the end.</summary>
    public IReadOnlyList<RunEvent>? Events { get; init; }
}

/// <summary>The end of an evaluation is stored.</summary>
/// <param name="EvaluationId">The evaluation.</param>
public sealed record EvaluationRecorded(string EvaluationId)
{
    /// <summary>False when the attempt was over before: what it found belongs nowhere.</summary>
    public bool Counts { get; init; } = true;
}
