namespace Trainyard.Models.Training;

/// <summary>The recent mean and variance of the training loss, weighted exponentially.</summary>
/// <param name="Mean">In nats per token.</param>
/// <param name="Variance">In squared nats per token.</param>
/// <param name="Steps">Steps in it.</param>
public sealed record LossTrend(double Mean, double Variance, long Steps)
{
    private const double Weight = 0.02;
    private const int FewestSteps = 20;

    /// <summary>No steps yet.</summary>
    public static LossTrend Empty { get; } = new(0, 0, 0);

    /// <summary>How many standard deviations above the mean a loss is; 0 while there are too few steps to say.</summary>
    public double DeviationsOf(double loss) =>
        Steps < FewestSteps || Variance <= 0 ? 0 : (loss - Mean) / Math.Sqrt(Variance);

    /// <summary>The trend with another step.</summary>
    /// <param name="loss">Its loss.</param>
    /// <param name="threshold">Deviations from which it is a spike, which counts as one of this height: it must not hide the next.</param>
    public LossTrend With(double loss, double threshold)
    {
        var counted = DeviationsOf(loss) > threshold ? Mean + threshold * Math.Sqrt(Variance) : loss;
        var weight = Math.Max(Weight, 1.0 / (Steps + 1));
        var difference = counted - Mean;
        return new(Mean + weight * difference, (1 - weight) * (Variance + weight * difference * difference), Steps + 1);
    }
}
