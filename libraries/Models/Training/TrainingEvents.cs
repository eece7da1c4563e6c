namespace Trainyard.Models.Training;

/// <summary>An event of the training loop. Handlers must not block, because they run on the training thread.</summary>
public abstract record TrainingEvent;

/// <summary>Training starts.</summary>
/// <param name="FromStep">Steps an earlier attempt has done.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="TotalEpochs">Epochs in all, the last one perhaps cut short.</param>
/// <param name="StepsPerEpoch">Steps in one epoch.</param>
/// <param name="Parameters">Trainable numbers in the model.</param>
/// <param name="TrainingTokens">Tokens to train on.</param>
/// <param name="ValidationTokens">Tokens held out.</param>
public sealed record TrainingStarted(
    long FromStep, long TotalSteps, int TotalEpochs, long StepsPerEpoch, long Parameters, long TrainingTokens, long ValidationTokens)
    : TrainingEvent;

/// <summary>A step was made.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Batch">The step within its epoch, from 1.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="EpochLoss">Mean of this epoch so far.</param>
/// <param name="LearningRate">The rate used.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Tokens">Trained on in this step.</param>
/// <param name="TokensPerSecond">Of this step.</param>
/// <param name="SamplesPerSecond">Of this step.</param>
public sealed record StepMade(
    long Step, int Epoch, long Batch, double Loss, double EpochLoss, double LearningRate, double GradientNorm, long Tokens,
    double TokensPerSecond, double SamplesPerSecond) : TrainingEvent;

/// <summary>The held-out tokens were evaluated.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Epoch">Of that step, from 1.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="Perplexity">Its exponential; infinite where the loss is above 20.</param>
/// <param name="IsBest">Whether no earlier one was lower.</param>
/// <param name="Tokens">How many were evaluated.</param>
/// <param name="TokensAvailable">Number of held-out tokens; more than evaluated if the text is large.</param>
/// <param name="Duration">How long it took.</param>
public sealed record Evaluated(
    long Step, int Epoch, double Loss, double Perplexity, bool IsBest, long Tokens, long TokensAvailable, TimeSpan Duration)
    : TrainingEvent;

/// <summary>Text was sampled from the model, before the event of the same step's evaluation.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Prompt">What the model continued.</param>
/// <param name="Text">What it wrote.</param>
public sealed record Sampled(long Step, string Prompt, string Text) : TrainingEvent;

/// <summary>An epoch is complete.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Its last step.</param>
/// <param name="TrainingLoss">Mean over its steps.</param>
/// <param name="ValidationLoss">The latest one, if there is any.</param>
/// <param name="Duration">How long it took; since the resume for a resumed one.</param>
public sealed record EpochCompleted(int Epoch, long Step, double TrainingLoss, double? ValidationLoss, TimeSpan Duration) : TrainingEvent;

/// <summary>Statistics of a step were taken.</summary>
/// <param name="Step">Of which step.</param>
/// <param name="Values">By name: <c>grad_norm</c>, <c>grad_norm/block_0</c>, <c>activation_rms/block_0</c> and so on.</param>
public sealed record StatisticsTaken(long Step, IReadOnlyDictionary<string, double> Values) : TrainingEvent;

/// <summary>A training loss was far above its recent mean.</summary>
/// <param name="Step">Of which step.</param>
/// <param name="Loss">In nats.</param>
/// <param name="Mean">The recent mean, in nats.</param>
/// <param name="Deviations">How many standard deviations above it.</param>
public sealed record LossSpiked(long Step, double Loss, double Mean, double Deviations) : TrainingEvent;

/// <summary>A checkpoint was saved.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Path">Below the run's folder.</param>
/// <param name="Size">In bytes.</param>
/// <param name="IsBest">Whether it is the best so far.</param>
/// <param name="State">The loop's state at that step.</param>
/// <param name="Duration">How long saving took.</param>
public sealed record CheckpointWritten(long Step, string Path, long Size, bool IsBest, TrainingState State, TimeSpan Duration)
    : TrainingEvent;

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
