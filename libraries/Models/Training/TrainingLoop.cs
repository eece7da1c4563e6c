using System.Diagnostics;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Tasks;
using static TorchSharp.torch;

namespace Trainyard.Models.Training;

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
    private readonly AdamW optimizer;
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
        optimizer = new(task.Model.Parameters, plan.WeightDecay);
        dropout = new(plan.Dropout);
    }

    /// <summary>The state of the loop.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>Steps in all.</summary>
    public long TotalSteps { get; }

    /// <summary>Steps in one epoch.</summary>
    public long StepsPerEpoch { get; }

    private bool Stagnates => State.EvaluationsSinceBest >= plan.EarlyStoppingPatience;

    /// <summary>Restores a checkpoint and deletes later ones.</summary>
    public void Resume(Checkpoint checkpoint)
    {
        if (checkpoint.Shape != plan.Shape || checkpoint.Seed != plan.Seed)
        {
            throw new TrainingException(
                FailureKind.UserInput, $"Checkpoint {checkpoint.State.Step} belongs to a run with another model or seed.");
        }

        checkpoints.Restore(checkpoint, task.Model, optimizer);
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
        optimizer.Dispose();
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
        double loss = 0;
        double? right = null;
        for (var micro = 0; micro < plan.GradientAccumulation; micro++)
        {
            abandoned.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            dropout.Seed(SplitMix64.Mix((ulong)plan.Seed, (ulong)step, (ulong)micro));
            var made = task.Backward(
                (int)epoch, (int)(batch * plan.GradientAccumulation) + micro, dropout, share: 1.0 / plan.GradientAccumulation);
            loss += made.Loss / plan.GradientAccumulation;
            right = made.Accuracy is { } accuracy ? (right ?? 0) + accuracy : right;
        }

        RequireFinite("loss", loss, step);
        var rate = schedule.At(step);
        var norm = optimizer.Step(step, rate, plan.GradClip, plan.ThreadCount);
        RequireFinite("gradient", norm, step);
        State = State.AfterStep(loss, startsEpoch: batch == 0);

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var samples = plan.BatchSize * plan.GradientAccumulation;
        report(new StepMade(step, (int)epoch + 1, batch + 1, loss, State.EpochLoss, rate, norm, samples, seconds)
        {
            Tokens = task.TokensPerBatch * plan.GradientAccumulation,
            Accuracy = right / plan.GradientAccumulation,
        });
    }

    private bool Evaluate(CancellationToken abandoned)
    {
        var started = Stopwatch.GetTimestamp();
        var scores = task.Validate(abandoned);
        RequireFinite("validation loss", scores.Loss, State.Step);
        State = State.AfterEvaluation(scores.Loss, scores.Accuracy);
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
        writer.Begin(task.Model, optimizer, State, started);
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
        if (checkpoints.Prune(plan.KeepCheckpoints, state.BestStep) is > 0 and var pruned)
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
