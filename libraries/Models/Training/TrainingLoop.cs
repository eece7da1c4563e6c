using System.Diagnostics;
using TorchSharp;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Parametrization;
using static TorchSharp.torch;

namespace Trainyard.Models.Training;

/// <summary>
/// Trains a model on a tokenised corpus. All randomness is a function of the plan's seed and the step, so a resumed run gives bit-identical
/// results to an uninterrupted one with the same number of threads.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly TrainingPlan plan;
    private readonly CheckpointStore checkpoints;
    private readonly Action<TrainingEvent> report;
    private readonly WindowSampler batches;
    private readonly Evaluator evaluator;
    private readonly LearningRate schedule;
    private readonly long trainingTokens;
    private readonly long validationTokens;
    private readonly Objective objective;
    private readonly ParameterSpec[] specs;
    private readonly IReadOnlyList<NamedTensor> updated;
    private readonly SpectralNorm? spectralNorm;
    private readonly WeightAverage? average;
    private readonly IOptimizer optimizer;
    private readonly Dropout dropout;
    private readonly Scalar gradientAccumulation;
    private long savedStep = -1;

    /// <summary>Creates the model and prepares training.</summary>
    /// <param name="plan">The training plan.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="checkpoints">The store for checkpoints.</param>
    /// <param name="report">Receives events, on the training thread.</param>
    /// <param name="weights">
    /// Initial weights: a safetensors file, or a folder in Hugging Face's format; random weights when null.
    /// </param>
    /// <exception cref="TrainingException">The corpus is too small.</exception>
    public TrainingLoop(
        TrainingPlan plan, TokenizedCorpus corpus, CheckpointStore checkpoints, Action<TrainingEvent> report, string? weights = null)
    {
        this.plan = plan;
        this.checkpoints = checkpoints;
        this.report = report;
        (trainingTokens, validationTokens) = (corpus.Training.Count, corpus.Validation.Count);
        batches = new(corpus.Training, plan.WindowLength, plan.BatchSize, plan.Seed);
        if (batches.Windows < 1 || validationTokens < 2)
        {
            throw new TrainingException(FailureKind.UserInput,
                $"The corpus is too small: it has {trainingTokens} training tokens and {validationTokens} held-out tokens, but max_seq_len "
                + $"{plan.WindowLength} needs at least {plan.WindowLength + 1} and 2. Add text, or lower max_seq_len.");
        }

        StepsPerEpoch = Math.Max(1, batches.BatchesPerEpoch / plan.GradientAccumulation);
        var epochSteps = plan is { Epochs: null, MaxSteps: not null } ? long.MaxValue : (plan.Epochs ?? 1) * StepsPerEpoch;
        TotalSteps = Math.Min(plan.MaxSteps ?? long.MaxValue, epochSteps);
        schedule = plan.Schedule(TotalSteps);
        evaluator = new(corpus.Validation, plan.WindowLength, plan.BatchSize);

        TorchRuntime.Prepare(plan.Threads);
        Model = weights is null ? LanguageModel.Create(plan.Shape, plan.Seed) : LanguageModel.Load(plan.Shape, weights);
        specs = [.. plan.Shape.Parameters()];
        spectralNorm = plan.SpectralNorm is { } norm ? new(specs, Model.Parameters, norm, plan.Seed) : null;
        average = plan.EmaDecay is { } decay ? new(Model.Parameters, decay) : null;
        updated = spectralNorm?.Trained ?? Model.Parameters;
        optimizer = plan.Optimizer is OptimizerKind.Muon
            ? new Muon(specs, updated, plan.WeightDecay)
            : new AdamW(updated, plan.WeightDecay);
        objective = new(plan.LabelSmoothing, plan.ZLoss);
        dropout = new(plan.Dropout);
        gradientAccumulation = plan.GradientAccumulation;
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>The state of the loop.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>Steps in all.</summary>
    public long TotalSteps { get; }

    /// <summary>Steps in one epoch.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>The layers whose weights are spectrally normalised.</summary>
    public IReadOnlyList<string> NormalisedLayers => spectralNorm?.Layers ?? [];

    /// <summary>The weights that are evaluated and published: the model's, or their average.</summary>
    public IReadOnlyList<NamedTensor> PublishedWeights => average?.Averages ?? Model.Parameters;

    private CheckpointTensors Tensors =>
        new(PublishedWeights, [.. optimizer.State, .. spectralNorm?.State ?? [], .. average?.Trained ?? []]);

    private bool Stagnates => State.EvaluationsSinceBest >= plan.EarlyStoppingPatience;

    /// <summary>Restores a checkpoint and deletes later ones.</summary>
    public void Resume(Checkpoint checkpoint)
    {
        if (checkpoint.Shape != plan.Shape || checkpoint.Seed != plan.Seed)
        {
            throw new TrainingException(
                FailureKind.UserInput, $"Checkpoint {checkpoint.State.Step} belongs to a run with another model or seed.");
        }

        checkpoints.Restore(checkpoint, Tensors);
        spectralNorm?.Apply();
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
        report(new TrainingStarted(State.Step, TotalSteps, (int)((TotalSteps - 1) / StepsPerEpoch) + 1, StepsPerEpoch,
            plan.Shape.ParameterCount, trainingTokens, validationTokens));

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

            var last = State.Step == TotalSteps;
            var epochEnds = State.Step % StepsPerEpoch == 0;
            var evaluates = last || (plan.EvalEvery is { } every ? State.Step % every == 0 : epochEnds);
            var improved = evaluates && Evaluate(abandoned);
            if (epochEnds)
            {
                var duration = Stopwatch.GetElapsedTime(epochStarted);
                report(new EpochCompleted(Epoch(State.Step), State.Step, State.EpochLoss, State.ValidationLoss, duration));
                epochStarted = Stopwatch.GetTimestamp();
            }
            if (last || improved || Stagnates || (plan.CheckpointEvery is { } interval ? State.Step % interval == 0 : evaluates))
            {
                Save();
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        spectralNorm?.Dispose();
        average?.Dispose();
        optimizer.Dispose();
        objective.Dispose();
        dropout.Dispose();
        gradientAccumulation.Dispose();
    }

    private void Step(CancellationToken abandoned)
    {
        var started = Stopwatch.GetTimestamp();
        var step = State.Step + 1;
        var (epoch, batch) = Math.DivRem(State.Step, StepsPerEpoch);
        var length = plan.Curriculum?.LengthAt(plan.WindowLength, step) ?? plan.WindowLength;
        var statistics = plan.StatsEvery is { } every && step % every == 0 ? new StepStatistics(Model, specs, updated) : null;
        double loss = 0;
        for (var micro = 0; micro < plan.GradientAccumulation; micro++)
        {
            abandoned.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (inputs, targets) = batches.Batch((int)epoch, (int)(batch * plan.GradientAccumulation) + micro);
            dropout.Seed(SplitMix64.Mix((ulong)plan.Seed, (ulong)step, (ulong)micro));
            using var observation = micro == 0 ? statistics?.ObserveBlocks() : null;
            var (minimised, crossEntropy) = objective.Of(Model, inputs.view(-1, length), targets.view(-1, length), dropout);
            var share = minimised / gradientAccumulation;
            share.backward();
            loss += (ReferenceEquals(minimised, crossEntropy) ? share : crossEntropy / gradientAccumulation).Float();
        }

        RequireFinite("loss", loss, step);
        spectralNorm?.MoveGradients();
        statistics?.TakeGradients();
        var rate = schedule.At(step);
        var norm = optimizer.Step(step, rate, plan.GradClip, plan.ThreadCount);
        RequireFinite("gradient", norm, step);
        spectralNorm?.Iterate();
        average?.Add(step, plan.ThreadCount);
        State = State.AfterStep(loss, startsEpoch: batch == 0);

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var samples = plan.BatchSize * plan.GradientAccumulation;
        var tokens = (long)samples * plan.WindowLength;
        report(new StepMade(
            step, (int)epoch + 1, batch + 1, loss, State.EpochLoss, rate, norm, tokens, tokens / seconds, samples / seconds));
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
            report(new LossSpiked(State.Step, loss, trend.Mean, deviations));
        }
    }

    private bool Evaluate(CancellationToken abandoned)
    {
        var started = Stopwatch.GetTimestamp();
        // Also while handlers of the event generate samples.
        using var averaged = average?.Apply();
        var loss = evaluator.Loss(Model, abandoned);
        RequireFinite("validation loss", loss, State.Step);
        State = State.AfterEvaluation(loss, plan.EarlyStoppingMinDelta);
        var improved = State.BestStep == State.Step;
        report(new Evaluated(
            State.Step, Epoch(State.Step), loss, Evaluator.Perplexity(loss), improved, evaluator.Tokens, validationTokens - 1,
            Stopwatch.GetElapsedTime(started)));
        return improved;
    }

    private void Save()
    {
        if (savedStep == State.Step || State.Step == 0)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var size = checkpoints.Save(plan.Shape, Tensors, plan.Seed, State);
        savedStep = State.Step;
        var (name, isBest) = (CheckpointStore.NameOf(State.Step), State.BestStep == State.Step);
        report(new CheckpointWritten(State.Step, name, size, isBest, State, Stopwatch.GetElapsedTime(started)));
        if (checkpoints.Prune(plan.KeepCheckpoints, State.BestStep) is > 0 and var pruned)
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
