namespace Trainyard.Sweeps;

/// <summary>
/// A kernel around an option: most weight on the option, and some on each other one, less with more observations. The prior is uniform.
/// </summary>
internal sealed class OptionKernels(int options, double[] observed) : IKernels
{
    private readonly double other = 1.0 / (observed.Length + 1) / (1 + (double)options / (observed.Length + 1));
    private readonly double same = (1 + 1.0 / (observed.Length + 1)) / (1 + (double)options / (observed.Length + 1));

    public double Draw(int kernel, Draws draws)
    {
        var share = draws.Share();
        if (kernel == observed.Length)
        {
            return Math.Floor(share * options);
        }
        return share < options * other ? Math.Floor(share / other) : observed[kernel];
    }

    public double At(int kernel, double value) => kernel == observed.Length ? 1.0 / options : observed[kernel].Equals(value) ? same : other;
}
