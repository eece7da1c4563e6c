using System.Diagnostics;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;
using static TorchSharp.torch;

namespace Trainyard.Models.Loop;

/// <summary>
/// Trains the model of a task. All randomness is a function of the plan's seed and the step, so a resumed run gives bit-identical
/// results to an uninterrupted one with the same number of threads.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly TrainingPlan plan;
    private readonly TrainingTask task;
    private readonly CheckpointStore checkpoints;
    private readonly CheckpointWriter writer;
    private readonly Action<TrainingEvent> report;
    private readonly LearningRate schedule;
    private readonly WeightUpdate weights;
    private readonly Dropout dropout;
    private long savedStep = -1;

    /// <summary>Prepares training.</summary>
    /// <param name="task">The model and its data; its owner disposes it.</param>
    /// <param name="checkpoints">The store for checkpoints.</param>
    /// <param name="report">Receives events, on the training thread.</param>
    public TrainingLoop(TrainingTask task, CheckpointStore checkpoints, Action<TrainingEvent> report)
    {
        this.task = task;
        this.checkpoints = checkpoints;
        this.report = report;
        plan = task.Plan;
        writer = new(checkpoints, plan.Seed);

        StepsPerEpoch = plan.StepsPerEpoch(task.BatchesPerEpoch);
        var epochSteps = plan is { Epochs: null, MaxSteps: not null } ? long.MaxValue : (plan.Epochs ?? 1) * StepsPerEpoch;
        TotalSteps = Math.Min(plan.MaxSteps ?? long.MaxValue, epochSteps);
        schedule = plan.Schedule(TotalSteps);

        TorchRuntime.Prepare(plan.Threads);
        weights = new(plan, task.Model);
        dropout = new(plan.Dropout);
    }

    /// <summary>The state of the loop.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>Steps in all.</summary>
    public long TotalSteps { get; }

    /// <summary>Steps in one epoch.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>The layers whose weights are spectrally normalised.</summary>
    public IReadOnlyList<string> NormalisedLayers => weights.NormalisedLayers;

    /// <summary>The weights that are evaluated and published: the model's, or their average.</summary>
    public IReadOnlyList<NamedTensor> PublishedWeights => weights.Published;

    private bool Stagnates => State.EvaluationsSinceBest >= plan.EarlyStoppingPatience;

    /// <summary>Restores a checkpoint and deletes later ones.</summary>
    public void Resume(Checkpoint checkpoint)
    {
        if (checkpoint.Shape != plan.Shape || checkpoint.Seed != plan.Seed)
        {
            throw new TrainingException(
                FailureKind.UserInput, $"Checkpoint {checkpoint.State.Step} belongs to a run with another model or seed.");
        }

        checkpoints.Restore(checkpoint, weights.Tensors);
        weights.Restored();
        checkpoints.DeleteAfter(checkpoint.State.Step);
        State = checkpoint.State;
        savedStep = State.Step;
    }

    /// <summary>Trains until the last step, until early stopping, or until a stop is requested.</summary>
    /// <param name="control">Requests, handled between steps.</param>
    /// <param name="abandoned">Cancelled when another worker has the run: the loop stops at once and writes nothing more.</param>
    /// <returns>Why it stopped before the end; null if it is complete.</returns>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    public StopReason? Run(TrainingControl control, CancellationToken abandoned)
    {
        try
        {
            var stopped = RunSteps(control, abandoned);
            Finish(writer.Take(wait: true));
            return stopped;
        }
        catch (TrainingException) when (!abandoned.IsCancellationRequested)
        {
            // The checkpoint in flight is from before the failure, and worth keeping.
            Finish(writer.Take(wait: true));
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        weights.Dispose();
    }

    private StopReason? RunSteps(TrainingControl control, CancellationToken abandoned)
    {
        report(new TrainingStarted(State.Step, TotalSteps, (int)((TotalSteps - 1) / StepsPerEpoch) + 1, StepsPerEpoch,
            plan.Shape.ParameterCount, task.Size));

        var epochStarted = Stopwatch.GetTimestamp();
        while (State.Step < TotalSteps && !Stagnates)
        {
            abandoned.ThrowIfCancellationRequested();
            if (control.StopRequested is { } reason)
            {
                Save();
                return reason;
            }
            if (control.TakeCheckpointRequest())
            {
                Save();
            }

            Step(abandoned);
            Finish(writer.Take(wait: false));

            var last = State.Step == TotalSteps;
            var epochEnds = State.Step % StepsPerEpoch == 0;
            var evaluates = last || (plan.EvalEvery is { } every ? State.Step % every == 0 : epochEnds);
            var improved = evaluates && Evaluate(abandoned);
            if (epochEnds)
            {
                var duration = Stopwatch.GetElapsedTime(epochStarted);
                report(new EpochCompleted(
                    Epoch(State.Step), State.Step, State.EpochLoss, State.ValidationLoss, State.ValidationAccuracy, duration));
                epochStarted = Stopwatch.GetTimestamp();
            }
            if (last || improved || Stagnates || (plan.CheckpointEvery is { } interval ? State.Step % interval == 0 : evaluates))
            {
                // Not with the checkpoints of requests, so that a resumed run goes back to the same step.
                State = plan.LossSpikeRollback ? State with { RollbackStep = State.Step } : State;
                Save();
            }
        }
        return null;
    }

    private void Step(CancellationToken abandoned)
    {
        var started = Stopwatch.GetTimestamp();
        var step = State.Step + 1;
        var (epoch, batch) = Math.DivRem(State.Step, StepsPerEpoch);
        var statistics = plan.StatsEvery is { } every && step % every == 0 ? new StepStatistics(task.Model, weights.Updated) : null;
        double loss = 0;
        double? right = null;
        for (var micro = 0; micro < plan.GradientAccumulation; micro++)
        {
            abandoned.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            dropout.Seed(SplitMix64.Mix((ulong)plan.Seed, (ulong)step, (ulong)micro));
            using var observation = micro == 0 ? statistics?.ObserveBlocks() : null;
            var place = new BatchPosition(step, (int)epoch, (int)(batch * plan.GradientAccumulation) + micro);
            var made = task.Backward(place, dropout, share: 1.0 / plan.GradientAccumulation);
            loss += made.Loss / plan.GradientAccumulation;
            right = made.Accuracy is { } accuracy ? (right ?? 0) + accuracy : right;
        }

        weights.TakeGradients();
        statistics?.TakeGradients();
        var rate = schedule.At(step);
        writer.WaitUntilCopied();
        var norm = weights.Step(step, rate);
        if (!(double.IsFinite(loss) && double.IsFinite(norm)) && RollBack() is { } returnedTo)
        {
            State = State.AfterLostStep(startsEpoch: batch == 0);
            report(new LossSpiked(step, loss, State.Trend?.Mean ?? double.NaN, Deviations: null, returnedTo));
            return;
        }
        RequireFinite("loss", loss, step);
        RequireFinite("gradient", norm, step);
        State = State.AfterStep(loss, startsEpoch: batch == 0);

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var samples = plan.BatchSize * plan.GradientAccumulation;
        report(new StepMade(step, (int)epoch + 1, batch + 1, loss, State.EpochLoss, rate, norm, samples, seconds)
        {
            Tokens = task.TokensPerBatch * plan.GradientAccumulation,
            Accuracy = right / plan.GradientAccumulation,
        });
        if (statistics is not null)
        {
            statistics.TakeWeights();
            report(new StatisticsTaken(step, statistics.Values));
        }
        if (plan.LossSpikeThreshold is { } threshold)
        {
            FollowLoss(loss, threshold);
        }
    }

    private void FollowLoss(double loss, double threshold)
    {
        var trend = State.Trend ?? LossTrend.Empty;
        State = State with { Trend = trend.With(loss, threshold) };
        if (trend.DeviationsOf(loss) is var deviations && deviations > threshold)
        {
            report(new LossSpiked(State.Step, loss, trend.Mean, deviations, RollBack()));
        }
    }

    // The steps since the checkpoint stay counted, so their data is left out. Once for each checkpoint: a loss that stays high must not
    // keep training where it is.
    private long? RollBack()
    {
        if (State.RollbackStep is not { } step)
        {
            return null;
        }
        Finish(writer.Take(wait: true));
        State = State with { RollbackStep = null };
        if (checkpoints.TryRestore(step, weights.Tensors) is { } problem)
        {
            report(new Logged("warning", problem));
            return null;
        }
        weights.Restored();
        return step;
    }

    private bool Evaluate(CancellationToken abandoned)
    {
        var started = Stopwatch.GetTimestamp();
        // Also while handlers of the event generate samples.
        using var averaged = weights.ApplyAverage();
        var scores = task.Validate(abandoned);
        RequireFinite("validation loss", scores.Loss, State.Step);
        State = State.AfterEvaluation(scores.Loss, scores.Accuracy, plan.EarlyStoppingMinDelta);
        var improved = State.BestStep == State.Step;
        report(new Evaluated(State.Step, Epoch(State.Step), scores, improved, Stopwatch.GetElapsedTime(started)));
        return improved;
    }

    private void Save()
    {
        if (savedStep == State.Step || State.Step == 0)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        Finish(writer.Take(wait: true));
        writer.Begin(plan.Shape, weights.Tensors, State, started);
        savedStep = State.Step;
    }

    private void Finish(SavedCheckpoint? saved)
    {
        if (saved is not { State: var state })
        {
            return;
        }
        var (name, isBest) = (CheckpointStore.NameOf(state.Step), state.BestStep == state.Step);
        report(new CheckpointWritten(state.Step, name, saved.Size, isBest, state, saved.Duration) { Blocked = saved.Blocked });
        if (checkpoints.Prune(plan.KeepCheckpoints, state.BestStep, State.RollbackStep) is > 0 and var pruned)
        {
            report(new CheckpointsPruned(pruned));
        }
    }

    private int Epoch(long step) => (int)((step - 1) / StepsPerEpoch) + 1;

    private void RequireFinite(string what, double value, long step)
    {
        if (!double.IsFinite(value))
        {
            throw new TrainingException(FailureKind.UserInput,
                $"Training diverged at step {step}: the {what} is {value}. "
                + $"Try a learning_rate below {plan.LearningRate}, a longer warmup or a smaller grad_clip.");
        }
    }
}
