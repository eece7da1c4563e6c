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

    /// <summary>Evaluations since then.</summary>
    public int EvaluationsSinceBest { get; init; }

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

    internal TrainingState AfterEvaluation(double loss, double? accuracy)
    {
        var after = this with { ValidationLoss = loss, ValidationAccuracy = accuracy };
        return loss < (BestLoss ?? double.PositiveInfinity)
            ? after with { BestLoss = loss, BestAccuracy = accuracy, BestStep = Step, EvaluationsSinceBest = 0 }
            : after with { EvaluationsSinceBest = EvaluationsSinceBest + 1 };
    }
}
