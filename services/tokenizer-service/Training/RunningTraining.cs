using System.Text.Json;
using Trainyard.Tokenizers;
using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>The active training: its progress and cancellation.</summary>
internal sealed class RunningTraining(string tokenizerId, CancellationToken shutdown) : IProgress<BpeTrainingProgress>
{
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string TokenizerId { get; } = tokenizerId;

    public TrainingProgress? Progress { get; private set; }

    /// <summary>Cancelled when the tokenizer is deleted or the process shuts down.</summary>
    public CancellationToken Stopping => stop.Token;

    public void Report(BpeTrainingProgress value) => Progress = new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.Phase.ToString()),
        Math.Round(value.Fraction, 4),
        value.MergesDone,
        value.MergesWanted);

    /// <summary>Cancels the training and waits until it has ended.</summary>
    public Task StopAsync()
    {
        stop.Cancel();
        return ended.Task;
    }

    public void End()
    {
        stop.Dispose();
        ended.TrySetResult();
    }
}
