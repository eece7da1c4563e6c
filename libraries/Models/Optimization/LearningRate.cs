namespace Trainyard.Models.Optimization;

/// <summary>How the learning rate goes on after the warmup.</summary>
public enum LearningRateDecay
{
    /// <summary>Half a cosine wave, down to a tenth.</summary>
    Cosine,

    /// <summary>A straight line, down to a tenth.</summary>
    Linear,

    /// <summary>No change.</summary>
    Constant,

    /// <summary>No change, then a straight line down to a tenth over the last steps: warm-up, stable, decay (Hu et al., 2024).</summary>
    Wsd,
}

/// <summary>The learning rate as a function of the step alone, so that nothing of it has to be saved.</summary>
/// <param name="Peak">Its largest value.</param>
/// <param name="WarmupSteps">Steps over which it rises in a straight line.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Decay">What follows.</param>
public sealed record LearningRate(double Peak, long WarmupSteps, long TotalSteps, LearningRateDecay Decay)
{
    private const double Floor = 0.1;

    /// <summary>The share of all steps over which <see cref="LearningRateDecay.Wsd"/> decays.</summary>
    public double DecayShare { get; init; } = 0.2;

    private double DecayFrom => Math.Max(WarmupSteps, TotalSteps - Math.Ceiling(TotalSteps * DecayShare));

    /// <summary>The rate of a step, counted from 1. The last step of the warmup has the peak.</summary>
    public double At(long step)
    {
        if (step <= WarmupSteps)
        {
            return Peak * step / WarmupSteps;
        }

        var progress = TotalSteps <= WarmupSteps ? 1 : Math.Min(1, (double)(step - WarmupSteps) / (TotalSteps - WarmupSteps));
        return Peak * Decay switch
        {
            LearningRateDecay.Cosine => Floor + (1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * progress)),
            LearningRateDecay.Linear => 1 - (1 - Floor) * progress,
            LearningRateDecay.Wsd => 1 - (1 - Floor) * Math.Clamp((step - DecayFrom) / Math.Max(1, TotalSteps - DecayFrom), 0, 1),
            _ => 1,
        };
    }
}
