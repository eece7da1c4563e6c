using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.Evaluation;

/// <summary>Wake-up message for a queued evaluation. As with <see cref="TrainModel"/>, the database decides.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="RunId">The run whose model is evaluated.</param>
/// <param name="Attempt">The attempt of the evaluation, from 1.</param>
public sealed record EvaluateModel(string EvaluationId, string RunId, int Attempt);

/// <summary>
/// A worker with an evaluation's lease claims it. The response is <see cref="EvaluationClaimed"/> or <see cref="ClaimRefused"/>.
/// </summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt of the wake-up message.</param>
/// <param name="WorkerId">The worker.</param>
public sealed record ClaimEvaluation(string EvaluationId, string RunId, int Attempt, string WorkerId);

/// <summary>The evaluation is the worker's: its status is now running.</summary>
public sealed record EvaluationClaimed
{
    /// <summary>The value of <see cref="EvaluationRequest.On"/> for the run's own held-out text.</summary>
    public const string Validation = "validation";

    /// <summary>The evaluation.</summary>
    public required string EvaluationId { get; init; }

    /// <summary>The attempt of the evaluation, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The run's config.</summary>
    public required TrainingConfig Config { get; init; }

    /// <summary>The checkpoint's folder, below the artifacts root.</summary>
    public required string CheckpointPath { get; init; }

    /// <summary>The checkpoint's step.</summary>
    public required long Step { get; init; }

    /// <summary>The run's attempt that saved the checkpoint; events of the evaluation carry it.</summary>
    public required int RunAttempt { get; init; }

    /// <summary>The request.</summary>
    public required EvaluationRequest Request { get; init; }
}

/// <summary>The evaluation has ended. Sent until <see cref="EvaluationRecorded"/> confirms it.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt the worker claimed.</param>
/// <param name="Metrics">The content of <c>eval/metrics.json</c>; null if the evaluation failed.</param>
/// <param name="ErrorKind"><c>USER_INPUT</c>, <c>TRANSIENT</c> or <c>FATAL</c> when it failed.</param>
/// <param name="Message">The outcome in words.</param>
public sealed record EvaluationEnded(string EvaluationId, string RunId, int Attempt, string? Metrics, string? ErrorKind, string Message)
{
    /// <summary>What failed, as one of the API's error codes.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The run's events of the evaluation, stored in the same transaction.</summary>
    public IReadOnlyList<RunEvent>? Events { get; init; }
}

/// <summary>The end of an evaluation is stored.</summary>
/// <param name="EvaluationId">The evaluation.</param>
public sealed record EvaluationRecorded(string EvaluationId)
{
    /// <summary>False if the attempt had ended before; its results are discarded.</summary>
    public bool Counts { get; init; } = true;
}
