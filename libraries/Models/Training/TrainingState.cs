using System.Text.Json.Serialization;

namespace Trainyard.Models.Training;

/// <summary>
/// The state of the training loop. With the weights and the optimizer's moments it is all a resumed run needs: data order, dropout masks
/// and learning rate follow from the step.
/// </summary>
public sealed record TrainingState
{
    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>Sum of this epoch's training losses so far, one per step.</summary>
    public double EpochLossSum { get; init; }

    /// <summary>Steps in that sum.</summary>
    public long EpochLossCount { get; init; }

    /// <summary>Training loss of the last step.</summary>
    public double? TrainingLoss { get; init; }

    /// <summary>The latest validation loss.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The latest share of right answers on held-out data; null for a task without any.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The lowest validation loss.</summary>
    public double? BestLoss { get; init; }

    /// <summary>The share of right answers at the lowest validation loss.</summary>
    public double? BestAccuracy { get; init; }

    /// <summary>The step it was reached at.</summary>
    public long? BestStep { get; init; }

    /// <summary>Evaluations since the last improvement.</summary>
    public int EvaluationsSinceBest { get; init; }

    /// <summary>
    /// The validation loss from which the next improvement is measured, where improvements must have a size; the lowest one otherwise.
    /// </summary>
    public double? LossToImprove { get; init; }

    /// <summary>The recent course of the training loss, if spikes are looked for.</summary>
    public LossTrend? Trend { get; init; }

    /// <summary>The checkpoint to go back to at the next loss spike; null if there is none, or it has been used.</summary>
    public long? RollbackStep { get; init; }

    /// <summary>Mean training loss of this epoch so far.</summary>
    [JsonIgnore]
    public double EpochLoss => EpochLossCount == 0 ? double.NaN : EpochLossSum / EpochLossCount;

    internal TrainingState AfterStep(double loss, bool startsEpoch) => this with
    {
        Step = Step + 1,
        TrainingLoss = loss,
        EpochLossSum = startsEpoch ? loss : EpochLossSum + loss,
        EpochLossCount = startsEpoch ? 1 : EpochLossCount + 1,
    };

    /// <summary>The state after a step whose loss or gradient was not finite, so that it has no part in the epoch's mean.</summary>
    internal TrainingState AfterLostStep(bool startsEpoch) => this with
    {
        Step = Step + 1,
        EpochLossSum = startsEpoch ? 0 : EpochLossSum,
        EpochLossCount = startsEpoch ? 0 : EpochLossCount,
    };

    /// <param name="loss">The validation loss.</param>
    /// <param name="accuracy">The share of right answers; null without any.</param>
    /// <param name="minDelta">How much lower it must be to count as an improvement; the lowest one is the best in any case.</param>
    internal TrainingState AfterEvaluation(double loss, double? accuracy, double minDelta)
    {
        var improved = loss < (LossToImprove ?? BestLoss ?? double.PositiveInfinity) - minDelta;
        var after = this with
        {
            ValidationLoss = loss,
            ValidationAccuracy = accuracy,
            EvaluationsSinceBest = improved ? 0 : EvaluationsSinceBest + 1,
            LossToImprove = minDelta == 0 ? null : improved ? loss : LossToImprove,
        };
        return loss < (BestLoss ?? double.PositiveInfinity)
            ? after with { BestLoss = loss, BestAccuracy = accuracy, BestStep = Step }
            : after;
    }
}
