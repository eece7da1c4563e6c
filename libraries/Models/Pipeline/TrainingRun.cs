using System.Diagnostics;
using System.Globalization;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Loop;
using Trainyard.Models.Runs;
using Trainyard.Models.Storage;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Pipeline;

/// <summary>
/// A training run: prepares the data, trains, and writes config, tokenizer, weights, evaluation, samples, log and manifest to the run's
/// folder. Files are written to the attempt's folder and published when finished. Use an instance once.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainingPlan requested;
    private readonly TrainingRunInputs inputs;
    private readonly Action<TrainingEvent> report;
    private readonly TimeProvider time;
    private readonly RunRecord record;

    /// <summary>Opens the run's folder and sets its manifest to running.</summary>
    /// <param name="plan">
    /// The training plan. A given model replaces its shape; otherwise the data determines the rest of it, such as its vocabulary size.
    /// </param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="report">Receives events, on the training thread.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AttemptOverException">A later attempt has begun.</exception>
    public TrainingRun(TrainingPlan plan, TrainingRunInputs inputs, Action<TrainingEvent> report, TimeProvider? time = null)
    {
        requested = plan;
        this.inputs = inputs;
        this.report = report;
        this.time = time ?? TimeProvider.System;
        record = new(plan, inputs, TorchRuntime.Prepare(plan.Threads), report, this.time);
    }

    /// <summary>Trains to the end, or until a stop is requested.</summary>
    /// <param name="control">Requests to stop or to save a checkpoint.</param>
    /// <param name="abandoned">Cancelled when another worker has the run: training stops at once and writes nothing more.</param>
    /// <exception cref="TrainingException">Training failed; the failure is also in the manifest.</exception>
    /// <exception cref="OperationCanceledException">The run was abandoned.</exception>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public TrainingResult Train(TrainingControl control, CancellationToken abandoned)
    {
        try
        {
            return TrainOrStop(control, abandoned);
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (record.Attempt.IsOver)
        {
            throw exception as AttemptOverException ?? new AttemptOverException("A later attempt has taken the run over.", exception);
        }
        catch (Exception exception) when (record.Attempt.IsLost)
        {
            throw Fail(TrainingException.From(AttemptFolder.Lost(exception)));
        }
        catch (Exception exception)
        {
            throw Fail(TrainingException.From(exception));
        }
        finally
        {
            TorchRuntime.ReleaseFreedMemory();
        }
    }

    /// <summary>Records in log and manifest that the run can't start.</summary>
    /// <param name="failure">The reason.</param>
    /// <returns>The failure, to be thrown.</returns>
    public TrainingException Fail(TrainingException failure)
    {
        record.Fail(failure);
        return failure;
    }

    /// <summary>Publishes a file or checkpoint of this attempt; see <see cref="TrainingRunInputs.PublishLater"/>.</summary>
    /// <param name="path">The path in the file's event.</param>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public void Publish(string path) => record.Attempt.Publish(path);

    /// <summary>Publishes the manifest and ends the attempt.</summary>
    /// <param name="droppedEvents">Live events that were dropped.</param>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public void Close(long droppedEvents = 0) => record.Close(droppedEvents);

    /// <inheritdoc/>
    public void Dispose() => record.Dispose();

    private TrainingResult TrainOrStop(TrainingControl control, CancellationToken abandoned)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abandoned, control.Stopping);
        TrainingTask task;
        try
        {
            task = new RunPreparation(inputs, record).Prepare(requested, either.Token);
        }
        catch (OperationCanceledException) when (!abandoned.IsCancellationRequested && control.StopRequested is { } reason)
        {
            var message = $"{Stopped(reason)} before the first step.";
            record.Log("info", message);
            record.End(manifest => manifest with { Status = Name(reason) });
            return new(reason, new TrainingState(), Epochs: 0, record.Elapsed, message);
        }
        using (task)
        {
            return Train(task, control, abandoned);
        }
    }

    private TrainingResult Train(TrainingTask task, TrainingControl control, CancellationToken abandoned)
    {
        var checkpoints = new CheckpointStore(inputs.Folder.Checkpoints, record.Attempt, inputs.Undelivered) { ModelConfig = task.Config };
        checkpoints.DeleteUnfinished();
        var observer = new RunObserver(record, task, time);
        using var loop = new TrainingLoop(task, checkpoints, observer.Observe);
        if (loop.NormalisedLayers is { Count: > 0 } normalised)
        {
            record.Describe(manifest => manifest with { NormalisedLayers = normalised });
            record.Log("info", $"Spectral norm on {normalised.Count} layers, from {normalised[0]} to {normalised[^1]}.");
        }
        Continue(loop, checkpoints, observer);

        var trained = Stopwatch.GetTimestamp();
        var stopped = loop.Run(control, abandoned);
        abandoned.ThrowIfCancellationRequested();
        record.Spend("training_seconds", Stopwatch.GetElapsedTime(trained));

        var status = stopped is { } reason ? Name(reason) : "completed";
        var modelStep = stopped is null ? KeepModel(loop, checkpoints) : (long?)null;
        if (File.Exists(inputs.Folder.EvalSamples))
        {
            record.Keep(StoredFile.Describe(inputs.Folder.Path, RunFolder.EvalSamplesName), "eval");
        }
        var message = Ending(stopped, loop);
        record.Log("info", loop.State.Step == loop.TotalSteps ? $"Completed after step {loop.State.Step}." : message);
        record.End(manifest => manifest with { Status = status, Metrics = loop.State, ModelStep = modelStep });
        return new(stopped, loop.State, (int)(loop.State.Step / loop.StepsPerEpoch), record.Elapsed, message);
    }

    private string Ending(StopReason? stopped, TrainingLoop loop)
    {
        var state = loop.State;
        if (stopped is { } reason)
        {
            return $"{Stopped(reason)} after step {state.Step} of {loop.TotalSteps}.";
        }
        return state.Step == loop.TotalSteps
            ? $"Completed {state.Step} steps."
            : $"Stopped early after step {state.Step} of {loop.TotalSteps}: "
                + $"the validation loss did not improve {MinDelta}in {state.EvaluationsSinceBest} evaluations. "
                + string.Create(CultureInfo.InvariantCulture, $"The best, {state.BestLoss:F4}, is of step {state.BestStep}.");
    }

    private string MinDelta => requested.EarlyStoppingMinDelta > 0
        ? string.Create(CultureInfo.InvariantCulture, $"by more than {requested.EarlyStoppingMinDelta} ")
        : "";

    private static string Stopped(StopReason reason) => reason switch
    {
        StopReason.Cancelled => "Cancelled",
        StopReason.Paused => "Paused",
        _ => "The worker stopped",
    };

    private void Continue(TrainingLoop loop, CheckpointStore checkpoints, RunObserver observer)
    {
        if (!inputs.Resume)
        {
            return;
        }

        if (checkpoints.NewestIntact(inputs.FromStep, message => record.Log("warning", message)) is { } checkpoint)
        {
            loop.Resume(checkpoint);
            record.Log("info", $"Resuming from checkpoint {checkpoint.State.Step}.");
            // Report undelivered events before any checkpoint: once a checkpoint is stored, all earlier events must be.
            if (checkpoints.ReadUndelivered(checkpoint.State.Step) is { Length: > 0 } undelivered)
            {
                report(new UndeliveredFound(undelivered));
            }
        }
        else
        {
            checkpoints.DeleteAfter(0);
            record.Log("warning", "There is no intact checkpoint to resume from. Starting over.");
        }
        checkpoints.Unpublished.ToList().ForEach(step => Adopt(checkpoints, step, observer));
    }

    /// <summary>Reports a checkpoint that an earlier attempt saved but did not publish.</summary>
    private void Adopt(CheckpointStore checkpoints, long step, RunObserver observer)
    {
        try
        {
            var state = checkpoints.Read(step).State;
            var (name, size) = (CheckpointStore.NameOf(step), checkpoints.SizeOf(step));
            observer.Observe(new CheckpointWritten(step, name, size, state.BestStep == step, state, TimeSpan.Zero));
        }
        catch (InvalidDataException)
        {
            record.Attempt.Delete(CheckpointStore.NameOf(step));
        }
    }

    private long KeepModel(TrainingLoop loop, CheckpointStore checkpoints)
    {
        if (loop.State.BestStep is { } best && checkpoints.Steps.Contains(best))
        {
            using var weights = checkpoints.OpenWeights(best);
            record.Keep(RunFolder.WeightsName, "model", weights.CopyTo);
            return best;
        }
        record.Keep(RunFolder.WeightsName, "model", output => SafetensorsFile.Write(output, loop.PublishedWeights));
        return loop.State.Step;
    }

    private static string Name(StopReason reason) => reason.ToString().ToLowerInvariant();
}
