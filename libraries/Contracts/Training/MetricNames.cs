using System.Collections.Frozen;

namespace Trainyard.Contracts.Training;

/// <summary>The series our trainer writes.</summary>
public static class MetricNames
{
    /// <summary>Mean loss of the steps since it was last logged, in nats per token or example.</summary>
    public const string TrainLoss = "train_loss";

    /// <summary>e to the power of <see cref="TrainLoss"/>, infinite above a loss of 20; of language models.</summary>
    public const string TrainPerplexity = "train_ppl";

    /// <summary>Mean training loss of a whole epoch, in nats per token or example.</summary>
    public const string EpochLoss = "epoch/loss";

    /// <summary>Loss over the held-out data, in nats per token or example.</summary>
    public const string ValLoss = "val_loss";

    /// <summary>Perplexity over the held-out tokens: e to the power of <see cref="ValLoss"/>, infinite above a loss of 20.</summary>
    public const string ValPerplexity = "val_ppl";

    /// <summary>Cross-entropy over the held-out text, in bits per byte; comparable between tokenizers.</summary>
    public const string ValBitsPerByte = "val_bits_per_byte";

    /// <summary>Different tokens among all tokens of the samples of an evaluation during training.</summary>
    public const string SampleDistinct1 = "sample_distinct_1";

    /// <summary>Different pairs of tokens among all pairs of those samples.</summary>
    public const string SampleDistinct2 = "sample_distinct_2";

    /// <summary>Different triples of tokens among all triples of those samples.</summary>
    public const string SampleDistinct3 = "sample_distinct_3";

    /// <summary>4-grams of those samples that repeat one of the same sample, among all.</summary>
    public const string SampleRepetition = "sample_repetition";

    /// <summary>Share of right answers in the training steps since it was last logged.</summary>
    public const string BatchAccuracy = "batch_acc";

    /// <summary>Share of right answers on the held-out data.</summary>
    public const string ValAccuracy = "val_acc";

    /// <summary>The optimizer's learning rate.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Norm of the gradient before clipping.</summary>
    public const string GradientNorm = "grad_norm";

    /// <summary>Training tokens per second of wall time.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    /// <summary>Training sequences or examples per second of wall time.</summary>
    public const string SamplesPerSecond = "samples_per_second";

    /// <summary>Prefix of the statistics of weights, gradients and activations: <c>stats/weight_norm/block_0</c>.</summary>
    public const string StatisticsPrefix = "stats/";

    /// <summary>Passes over the training data so far, including the fraction of the current one.</summary>
    public const string Epoch = "epoch";

    /// <summary>
    /// Prefix of the series of separate evaluations: <c>eval/loss</c> on the held-out text, <c>eval/books/loss</c> on another.
    /// </summary>
    public const string EvaluationPrefix = "eval/";

    /// <summary>The series written during training.</summary>
    public static FrozenSet<string> Trainers { get; } =
        new[]
        {
            TrainLoss, TrainPerplexity, EpochLoss, ValLoss, ValPerplexity, ValBitsPerByte, SampleDistinct1, SampleDistinct2,
            SampleDistinct3, SampleRepetition, BatchAccuracy, ValAccuracy, LearningRate, GradientNorm, TokensPerSecond,
            SamplesPerSecond, Epoch,
        }.ToFrozenSet(StringComparer.Ordinal);
}
