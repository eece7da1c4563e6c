namespace Trainyard.Sweeps;

/// <summary>How much each observation counts in a Parzen estimator, oldest first, the prior last.</summary>
internal static class KernelWeights
{
    private const int Recent = 25;

    /// <summary>The newest 25 and the prior count alike; older ones fade linearly. They sum to 1.</summary>
    public static double[] Of(int observations)
    {
        var weights = new double[observations + 1];
        Array.Fill(weights, 1);
        var older = observations - Recent;
        for (var at = 0; at < older; at++)
        {
            var least = 1.0 / observations;
            weights[at] = older == 1 ? least : least + (1 - least) * at / (older - 1);
        }
        var total = weights.Sum();
        for (var at = 0; at < weights.Length; at++)
        {
            weights[at] /= total;
        }
        return weights;
    }

    public static int Draw(ReadOnlySpan<double> weights, Draws draws)
    {
        var left = draws.Share();
        for (var at = 0; at < weights.Length; at++)
        {
            left -= weights[at];
            if (left < 0)
            {
                return at;
            }
        }
        return weights.Length - 1;
    }
}
