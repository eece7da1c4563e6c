using Trainyard.Models.Training;

namespace Trainyard.Models.LanguageModels;

/// <summary>How much an evaluation during training predicts and generates, so that it takes little of the time.</summary>
/// <param name="Plan">The training plan.</param>
/// <param name="Window">Tokens of a training window.</param>
/// <param name="StepsPerEpoch">Steps in one epoch.</param>
internal sealed record EvaluationBudget(TrainingPlan Plan, int Window, long StepsPerEpoch)
{
    private const int MinSampleTokens = 8;
    private const int MaxSampleTokens = 64;

    /// <summary>Tokens to predict; see <see cref="TrainingPlan.EvaluationTokens"/>.</summary>
    public long Tokens => Plan.EvaluationTokens ?? Math.Clamp(TokensBetween / 10, 1 << 11, 1 << 16);

    private long TokensBetween => (Plan.EvalEvery ?? StepsPerEpoch) * Plan.BatchSize * Plan.GradientAccumulation * Window;

    /// <summary>Tokens of the sample of each prompt.</summary>
    /// <param name="prompts">Number of prompts, among which the tokens are divided.</param>
    /// <param name="isLast">Whether the model is finished: its samples are worth more.</param>
    public int SampleTokens(int prompts, bool isLast)
    {
        // Generating a token costs about as much as training on thirty.
        var all = (int)Math.Clamp(TokensBetween / 1000, MinSampleTokens, MaxSampleTokens);
        return isLast ? MaxSampleTokens : Math.Max(MinSampleTokens, all / Math.Max(1, prompts));
    }
}
