using Trainyard.Models.Scoring;

namespace Trainyard.Models.Training;

/// <summary>An event of the training loop. Handlers must not block, because they run on the training thread.</summary>
public abstract record TrainingEvent;

/// <summary>Training starts.</summary>
/// <param name="FromStep">Steps an earlier attempt has done.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="TotalEpochs">Epochs in all, the last one perhaps cut short.</param>
/// <param name="StepsPerEpoch">Steps in one epoch.</param>
/// <param name="Parameters">Trainable numbers in the model.</param>
/// <param name="Data">How much there is to train on, and held out.</param>
public sealed record TrainingStarted(
    long FromStep, long TotalSteps, int TotalEpochs, long StepsPerEpoch, long Parameters, DataSize Data) : TrainingEvent;

/// <summary>A step was made.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Batch">The step within its epoch, from 1.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="EpochLoss">Mean of this epoch so far.</param>
/// <param name="LearningRate">The rate used.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Samples">Sequences or examples of this step.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record StepMade(
    long Step, int Epoch, long Batch, double Loss, double EpochLoss, double LearningRate, double GradientNorm, long Samples, double Seconds)
    : TrainingEvent
{
    /// <summary>Tokens trained on in this step; null if the data has none.</summary>
    public long? Tokens { get; init; }

    /// <summary>Tokens per second of this step; null if the data has none.</summary>
    public double? TokensPerSecond => Tokens / Seconds;

    /// <summary>Sequences or examples per second of this step.</summary>
    public double SamplesPerSecond => Samples / Seconds;

    /// <summary>Share of right answers in this step; null for a task without any.</summary>
    public double? Accuracy { get; init; }
}

/// <summary>The held-out data was scored.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Epoch">Of that step, from 1.</param>
/// <param name="Scores">The scores.</param>
/// <param name="IsBest">Whether no earlier loss was lower.</param>
/// <param name="Duration">How long it took.</param>
public sealed record Evaluated(long Step, int Epoch, ValidationScores Scores, bool IsBest, TimeSpan Duration) : TrainingEvent;

/// <summary>Text was sampled from the model, before the event of the same step's evaluation.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Prompt">What the model continued.</param>
/// <param name="Text">What it wrote.</param>
public sealed record Sampled(long Step, string Prompt, string Text) : TrainingEvent;

/// <summary>
/// A task has added measurements to an evaluation, after its samples and before its <see cref="Evaluated"/>. Without additions there is no
/// such event.
/// </summary>
/// <param name="Metrics">All measurements.</param>
public sealed record EvaluationScored(EvaluationMetrics Metrics) : TrainingEvent;

/// <summary>An epoch is complete.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Its last step.</param>
/// <param name="TrainingLoss">Mean over its steps.</param>
/// <param name="ValidationLoss">The latest one, if there is any.</param>
/// <param name="ValidationAccuracy">Of the same evaluation, for a task with right answers.</param>
/// <param name="Duration">How long it took; since the resume for a resumed one.</param>
public sealed record EpochCompleted(
    int Epoch, long Step, double TrainingLoss, double? ValidationLoss, double? ValidationAccuracy, TimeSpan Duration) : TrainingEvent;

/// <summary>Statistics of a step were taken.</summary>
/// <param name="Step">Of which step.</param>
/// <param name="Values">By name: <c>grad_norm</c>, <c>grad_norm/block_0</c>, <c>activation_rms/block_0</c> and so on.</param>
public sealed record StatisticsTaken(long Step, IReadOnlyDictionary<string, double> Values) : TrainingEvent;

/// <summary>A training loss was far above its recent mean, or not finite.</summary>
/// <param name="Step">Of which step.</param>
/// <param name="Loss">In nats.</param>
/// <param name="Mean">The recent mean, in nats.</param>
/// <param name="Deviations">How many standard deviations above it; null if the loss or its gradient is not finite.</param>
/// <param name="ReturnedTo">The step of the checkpoint whose weights training goes on with; null if it keeps its own.</param>
public sealed record LossSpiked(long Step, double Loss, double Mean, double? Deviations, long? ReturnedTo) : TrainingEvent;

/// <summary>A checkpoint was saved.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Path">Below the run's folder.</param>
/// <param name="Size">In bytes.</param>
/// <param name="IsBest">Whether it is the best so far.</param>
/// <param name="State">The loop's state at that step.</param>
/// <param name="Duration">How long saving took.</param>
public sealed record CheckpointWritten(long Step, string Path, long Size, bool IsBest, TrainingState State, TimeSpan Duration)
    : TrainingEvent
{
    /// <summary>How long training waited for it: for the copy, and for the checkpoint before.</summary>
    public TimeSpan Blocked { get; init; }
}

/// <summary>The checkpoint to resume from contains undelivered events of its attempt.</summary>
/// <param name="Content">The content returned by <c>TrainingRunInputs.Undelivered</c>.</param>
public sealed record UndeliveredFound(ReadOnlyMemory<byte> Content) : TrainingEvent;

/// <summary>Old checkpoints were deleted.</summary>
/// <param name="Count">How many.</param>
public sealed record CheckpointsPruned(int Count) : TrainingEvent;

/// <summary>A file of the run was written.</summary>
/// <param name="Path">Below the run's folder.</param>
/// <param name="Kind"><c>model</c>, <c>tokenizer</c>, <c>config</c>, <c>eval</c> or <c>manifest</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
public sealed record ArtifactWritten(string Path, string Kind, long Size, string Sha256) : TrainingEvent;

/// <summary>A log line.</summary>
/// <param name="Level"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Message">The line.</param>
public sealed record Logged(string Level, string Message) : TrainingEvent;
