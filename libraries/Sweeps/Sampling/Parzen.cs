namespace Trainyard.Sweeps;

/// <summary>A Parzen estimator: a mixture of one kernel per observation and one for the prior.</summary>
internal sealed class Parzen
{
    private readonly double[] weights;
    private readonly IKernels[] kernels;

    public Parzen(IReadOnlyList<Parameter> parameters, IReadOnlyList<IReadOnlyList<double>> observed)
    {
        weights = KernelWeights.Of(observed.Count);
        kernels = [.. parameters.Select((parameter, at) => Kernels(parameter, [.. observed.Select(point => point[at])]))];
    }

    public double[] Draw(Draws draws)
    {
        var kernel = KernelWeights.Draw(weights, draws);
        return [.. kernels.Select(parameter => parameter.Draw(kernel, draws))];
    }

    public double At(double[] point)
    {
        var sum = 0.0;
        for (var kernel = 0; kernel < weights.Length; kernel++)
        {
            var product = weights[kernel];
            for (var at = 0; at < kernels.Length; at++)
            {
                product *= kernels[at].At(kernel, point[at]);
            }
            sum += product;
        }
        return sum;
    }

    private static IKernels Kernels(Parameter parameter, double[] values) => parameter is Choice choice
        ? new OptionKernels(choice.Options.Count, values)
        : new NumberKernels(parameter, values);
}
