using Trainyard.Contracts.Training;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.TensorBoard;
using Trainyard.TensorBoard;
using Trainyard.TrainerWorker.Training;

namespace Trainyard.TrainerWorker.TensorBoard;

/// <summary>
/// Writes an attempt's event file. All of its values belong to training steps, so that the session start of a later attempt makes
/// TensorBoard discard those the attempt replaces.
/// </summary>
internal sealed class RunBoard(
    RunClaimed run, LiveRunFolder folder, TensorBoardOptions options, TimeProvider time, ILogger<RunBoard> logger) : IAsyncDisposable
{
    // Events that may wait for a slow disk: a few megabytes.
    private const int QueueCapacity = 16_384;
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(10);

    private QueuedEventWriter? file;
    private TrainingStarted? start;
    private int failed;
    // Of the steps since the last logged one.
    private int steps;
    private double lossSum;
    private double seconds;
    private double tokens;
    private double accuracySum;

    /// <summary>Called on the training thread; never blocks.</summary>
    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case TrainingStarted started:
                Start(started);
                break;
            case StepMade step:
                Log(step);
                break;
            case EpochCompleted epoch:
                Add(epoch.Step, Loss(BoardTags.Epoch, epoch.TrainingLoss, accuracy: null));
                break;
            case Sampled sampled:
                Add(sampled.Step, TextValue.Verbatim(BoardTags.Sample, sampled.Prompt + sampled.Text));
                break;
            case Evaluated evaluated:
                Add(evaluated.Step, Loss(BoardTags.Validation, evaluated.Scores.Loss, evaluated.Scores.Accuracy));
                break;
            case CheckpointWritten:
                // A later attempt goes on from here and writes only what follows.
                file?.Flush();
                break;
        }
    }

    /// <summary>Closes the file.</summary>
    /// <param name="status">The run's final status; null if another attempt may follow.</param>
    public async Task EndAsync(HyperparameterStatus? status)
    {
        await CloseAsync();
        if (status is not { } final || start is null || Volatile.Read(ref failed) == 1)
        {
            return;
        }
        try
        {
            await folder.EndAsync(final, time.GetUtcNow()).WaitAsync(CloseWithin, time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
        {
            Fail(exception);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private void Start(TrainingStarted started)
    {
        start = started;
        var began = time.GetUtcNow();
        file = new(() => folder.Create(began), TimeSpan.FromSeconds(options.FlushSecs), QueueCapacity, Fail, time);
        file.Add(LogEvent.SessionStart(began, started.FromStep == 0 ? 0 : started.FromStep + 1));
        var hyperparameters = BoardHyperparameters.Of(run.Config, started);
        // TensorBoard takes the columns of its HPARAMS tab from one such value, which would hide those of external runs. Without it,
        // the tab has a column for everything.
        if (!options.External)
        {
            Add(0, new HyperparameterExperiment(hyperparameters, BoardTags.FinalMetrics(run.Traits()), Seconds(began)));
        }
        Add(0, new HyperparameterSessionStart(hyperparameters, Seconds(began)));
    }

    private void Log(StepMade step)
    {
        steps++;
        lossSum += step.Loss;
        seconds += step.Seconds;
        tokens += step.Tokens ?? 0;
        accuracySum += step.Accuracy ?? 0;
        if (step.Step % options.LogEveryNSteps != 0 && step.Step != 1 && step.Step != start?.TotalSteps)
        {
            return;
        }
        Add(step.Step,
        [
            .. Loss(BoardTags.Training, lossSum / steps, step.Accuracy is null ? null : accuracySum / steps),
            new ScalarValue(BoardTags.LearningRate, step.LearningRate),
            .. Scalar(BoardTags.TokensPerSecond, step.Tokens is null ? null : tokens / seconds),
        ]);
        (steps, lossSum, accuracySum, seconds, tokens) = (0, 0, 0, 0, 0);
    }

    private SummaryValue[] Loss(string group, double loss, double? accuracy) =>
    [
        new ScalarValue($"{group}/{BoardTags.Loss}", loss),
        .. Scalar($"{group}/{BoardTags.Perplexity}", run.PerplexityOf(loss)),
        .. Scalar($"{group}/{BoardTags.Accuracy}", accuracy),
    ];

    private static SummaryValue[] Scalar(string tag, double? value) => value is { } known ? [new ScalarValue(tag, known)] : [];

    private void Add(long step, params IReadOnlyList<SummaryValue> values) => file?.Add(LogEvent.Of(time.GetUtcNow(), step, values));

    private async Task CloseAsync()
    {
        if (file is not { } closing)
        {
            return;
        }
        file = null;
        if (!await closing.CompleteAsync(CloseWithin))
        {
            Fail(new TimeoutException($"The disk did not respond within {CloseWithin.TotalSeconds} s."));
        }
        else if (closing.Dropped > 0 && Volatile.Read(ref failed) == 0)
        {
            logger.LogWarning("Dropped {Dropped} of {RunId}'s events for TensorBoard: the disk is too slow", closing.Dropped, run.RunId);
        }
    }

    private void Fail(Exception fault)
    {
        if (Interlocked.Exchange(ref failed, 1) == 1)
        {
            return;
        }
        logger.LogWarning(
            "The TensorBoard files of {RunId} can't be written to {Folder} (TENSORBOARD__LOG_DIR). The run continues without them: {Fault}",
            run.RunId, folder.Path, fault.Message);
    }

    private static double Seconds(DateTimeOffset when) => (when - DateTimeOffset.UnixEpoch).TotalSeconds;
}
