using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Parametrization;

namespace Trainyard.Models.Training;

/// <summary>How to train a model: everything that determines the result, except for the text.</summary>
public sealed record TrainingPlan
{
    /// <summary>The model.</summary>
    public required NetworkShape Shape { get; init; }

    /// <summary>Tokens of a language model's training window; the model's context when null.</summary>
    public int? SequenceLength { get; init; }

    /// <summary>Sequences or examples per forward pass.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Forward passes per optimizer step.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>What the learning rate does after the warmup.</summary>
    public LearningRateDecay LearningRateDecay { get; init; } = LearningRateDecay.Cosine;

    /// <summary>The share of all steps over which <see cref="LearningRateDecay.Wsd"/> decays.</summary>
    public double DecayShare { get; init; } = 0.2;

    /// <summary>Moves the weights.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>Steps over which the learning rate rises; a twentieth of all, at most 200, when null.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>Decoupled weight decay of matrices.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Largest norm of the gradient, 0 for any.</summary>
    public double GradClip { get; init; } = 1;

    /// <summary>Passes over the training data; one when neither this nor <see cref="MaxSteps"/> is set.</summary>
    public int? Epochs { get; init; }

    /// <summary>Steps after which to stop, whatever the epochs.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>In what training computes its products. Weights, sums, losses and everything else are float32.</summary>
    public Precision Precision { get; init; }

    /// <summary>Share of values to drop while training.</summary>
    public double Dropout { get; init; }

    /// <summary>Which layers have spectrally normalised weights, and how; none when null.</summary>
    public SpectralNormPlan? SpectralNorm { get; init; }

    /// <summary>The share of a target's probability that label smoothing spreads over all tokens or classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The weight of the squared logarithm of the softmax's denominator in what is minimised.</summary>
    public double ZLoss { get; init; }

    /// <summary>The decay of the average of weights that is evaluated and published; no average when null.</summary>
    public double? EmaDecay { get; init; }

    /// <summary>Shorter sequences of a language model at the start; none when null.</summary>
    public LengthCurriculum? Curriculum { get; init; }

    /// <summary>Seed of every random choice.</summary>
    public long Seed { get; init; } = 1337;

    /// <summary>Threads; all cores when null.</summary>
    public int? Threads { get; init; }

    /// <summary>Share of the data held out.</summary>
    public double HoldoutFraction { get; init; } = 0.1;

    /// <summary>Steps between evaluations; at the end of every epoch when null.</summary>
    public int? EvalEvery { get; init; }

    /// <summary>
    /// Held-out tokens of a language model's evaluation, in whole windows. When null, a tenth of the tokens trained on since the one
    /// before, from 2,048 to 65,536: a forward pass costs a third of a training step, so evaluations take about a thirtieth of the time.
    /// </summary>
    public long? EvaluationTokens { get; init; }

    /// <summary>Steps between checkpoints; whenever it evaluates when null.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>How many of the newest checkpoints stay; the best one stays besides.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Evaluations without improvement after which to stop; never when null.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>How much lower a validation loss must be to count as an improvement for early stopping.</summary>
    public double EarlyStoppingMinDelta { get; init; }

    /// <summary>Standard deviations above its recent mean from which a training loss is a spike; nothing is when null.</summary>
    public double? LossSpikeThreshold { get; init; }

    /// <summary>Whether a spike takes the weights back to the last checkpoint.</summary>
    public bool LossSpikeRollback { get; init; }

    /// <summary>Steps between statistics of weights, gradients and activations; none when null.</summary>
    public int? StatsEvery { get; init; }

    /// <summary>Steps between lines in the run's own log.</summary>
    public int LogEvery { get; init; } = 10;

    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>Steps in a pass over the training data.</summary>
    internal long StepsPerEpoch(int batchesPerEpoch) => Math.Max(1, batchesPerEpoch / GradientAccumulation);

    internal LearningRate Schedule(long totalSteps) =>
        new(LearningRate, WarmupSteps ?? Math.Min(200, totalSteps / 20), totalSteps, LearningRateDecay) { DecayShare = DecayShare };
}
