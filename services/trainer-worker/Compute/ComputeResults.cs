using Trainyard.Contracts.Errors;
using Trainyard.Models.Evaluation;
using Trainyard.Models.Generation;
using Trainyard.Models.Runs;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Training;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>How an attempt ended: with a result, or a failure, or neither if the run belongs to another attempt.</summary>
internal sealed record TrainingOutcome(TrainingResult? Result, ComputeFailure? Failure);

/// <summary>How an evaluation ended: with a report or a failure.</summary>
internal sealed record EvaluationResult(EvaluationReport? Report, ComputeFailure? Failure);

/// <summary>Why something could not be computed.</summary>
/// <param name="Kind">Whether a retry may help.</param>
/// <param name="Code">What failed: one of the API's error codes.</param>
/// <param name="Message">The reason in a sentence, for users.</param>
/// <param name="Detail">The exception with its stack trace, for the log.</param>
internal sealed record ComputeFailure(FailureKind Kind, string Code, string Message, string Detail)
{
    public static ComputeFailure Of(Exception exception)
    {
        var failure = exception is ComputeEndedException
            ? new TrainingException(FailureKind.Transient, exception.Message, exception)
            : FailureKinds.Classify(exception);
        return new(failure.Kind, failure.Code, failure.Message, exception.ToString());
    }

    public TrainingException ToException() => new(Kind, Message) { Code = Code };
}

/// <summary>Why a file could not be published.</summary>
/// <param name="Cause">What went wrong.</param>
/// <param name="Failure">The reason.</param>
internal sealed record PublishingFault(PublishingFaultCause Cause, ComputeFailure Failure)
{
    public static PublishingFault Of(Exception exception) => new(
        exception switch
        {
            AttemptOverException => PublishingFaultCause.AttemptOver,
            ArtifactsLostException => PublishingFaultCause.ArtifactsLost,
            _ => PublishingFaultCause.Failed,
        },
        ComputeFailure.Of(exception));

    public Exception ToException() =>
        Cause is PublishingFaultCause.AttemptOver ? new AttemptOverException(Failure.Message) : new IOException(Failure.Message);
}

internal enum PublishingFaultCause
{
    /// <summary>A later attempt has taken the run over.</summary>
    AttemptOver,

    /// <summary>The folder of the artifacts is gone.</summary>
    ArtifactsLost,

    /// <summary>The disk is full, for example.</summary>
    Failed,
}

/// <summary>A piece of generated text. The first piece has the length of the prompt and no text.</summary>
/// <param name="Text">Whole characters.</param>
/// <param name="Prompt">The length of the prompt, in the first piece.</param>
/// <param name="Refusal">In the last piece, why there is no more.</param>
/// <param name="Sample">Which of several texts it is a piece of, from 0.</param>
internal sealed record GeneratedText(string Text, PromptTokens? Prompt = null, GenerationRefusal? Refusal = null, int Sample = 0);

/// <summary>Why no text can be generated.</summary>
internal sealed record GenerationRefusal(ErrorCode Code, string Message);
