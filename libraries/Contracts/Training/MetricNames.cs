using System.Collections.Frozen;

namespace Trainyard.Contracts.Training;

/// <summary>The series our trainer writes.</summary>
public static class MetricNames
{
    /// <summary>Mean loss of the steps since it was last logged, in nats per token.</summary>
    public const string TrainLoss = "train_loss";

    /// <summary>e to the power of <see cref="TrainLoss"/>, infinite above a loss of 20.</summary>
    public const string TrainPerplexity = "train_ppl";

    /// <summary>Mean training loss of a whole epoch, in nats per token.</summary>
    public const string EpochLoss = "epoch/loss";

    /// <summary>Loss over the held-out tokens, in nats per token.</summary>
    public const string ValLoss = "val_loss";

    /// <summary>Perplexity over the held-out tokens: e to the power of <see cref="ValLoss"/>, infinite above a loss of 20.</summary>
    public const string ValPerplexity = "val_ppl";

    /// <summary>The optimizer's learning rate.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Norm of the gradient before clipping.</summary>
    public const string GradientNorm = "grad_norm";

    /// <summary>Training tokens per second of wall time.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    /// <summary>Training sequences per second of wall time.</summary>
    public const string SamplesPerSecond = "samples_per_second";

    /// <summary>Prefix of the statistics of weights, gradients and activations: <c>stats/weight_norm/block_0</c>.</summary>
    public const string StatisticsPrefix = "stats/";

    /// <summary>Passes over the training tokens so far, including the fraction of the current one.</summary>
    public const string Epoch = "epoch";

    /// <summary>
    /// Prefix of the series of separate evaluations: <c>eval/loss</c> on the held-out text, <c>eval/books/loss</c> on another.
    /// </summary>
    public const string EvaluationPrefix = "eval/";

    /// <summary>The series written during training.</summary>
    public static FrozenSet<string> Trainers { get; } =
        new[]
        {
            TrainLoss, TrainPerplexity, EpochLoss, ValLoss, ValPerplexity, LearningRate, GradientNorm, TokensPerSecond, SamplesPerSecond,
            Epoch,
        }.ToFrozenSet(StringComparer.Ordinal);
}
