namespace Trainyard.Sweeps;

/// <summary>Around an option: mostly itself, and each of the others a little, the less the more was observed. The prior: all alike.</summary>
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
