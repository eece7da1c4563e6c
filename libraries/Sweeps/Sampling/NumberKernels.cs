namespace Trainyard.Sweeps;

/// <summary>
/// Normal kernels around the observed values, truncated at the bounds, and one as wide as the range as the prior. Each is as wide as the
/// distance to its farther neighbour. Logarithmic parameters are estimated on their logarithms, whole numbers by their intervals.
/// </summary>
/// <remarks>
/// The curves of ranges are equally high, not equally heavy: a narrow one, where many trials lie close together, does not outweigh
/// the others by the narrowness alone. Measured, that finds better points than densities in the strict sense do.
/// </remarks>
internal sealed class NumberKernels : IKernels
{
    private readonly Parameter parameter;
    private readonly bool log;
    private readonly double low;
    private readonly double high;
    private readonly double[] centres;
    private readonly double[] widths;
    private readonly double[] masses;

    public NumberKernels(Parameter parameter, double[] observed)
    {
        this.parameter = parameter;
        (log, low, high) = Bounds(parameter);
        centres = [.. observed.Select(Scaled), (low + high) / 2];
        widths = Widths();
        masses = [.. centres.Select((centre, at) =>
            Gauss.Cumulative((high - centre) / widths[at]) - Gauss.Cumulative((low - centre) / widths[at]))];
    }

    public double Draw(int kernel, Draws draws)
    {
        double drawn;
        do
        {
            // Every centre lies within the bounds and no width exceeds the range: more than a third of the draws do.
            drawn = centres[kernel] + widths[kernel] * draws.Normal();
        }
        while (drawn < low || drawn > high);
        var value = log ? Math.Exp(drawn) : drawn;
        return parameter switch
        {
            Whole whole => whole.Nearest(value),
            Real real => Math.Clamp(value, real.Low, real.High),
            _ => value,
        };
    }

    public double At(int kernel, double value)
    {
        var (centre, width, mass) = (centres[kernel], widths[kernel], masses[kernel]);
        if (parameter is Whole { Log: false } whole)
        {
            var (from, to) = (Math.Max(low, value - whole.Step / 2.0), Math.Min(high, value + whole.Step / 2.0));
            return (Gauss.Cumulative((to - centre) / width) - Gauss.Cumulative((from - centre) / width)) / mass;
        }
        return Gauss.Density((Scaled(value) - centre) / width) / mass;
    }

    private double[] Widths()
    {
        var range = high - low;
        var order = Enumerable.Range(0, centres.Length).OrderBy(at => centres[at]).ToArray();
        var distances = new double[centres.Length];
        for (var place = 0; place < order.Length; place++)
        {
            var below = place == 0 ? low : centres[order[place - 1]];
            var above = place == order.Length - 1 ? high : centres[order[place + 1]];
            var centre = centres[order[place]];
            // The outermost look inwards only: the distance to a bound says nothing about the values.
            distances[order[place]] = (order.Length > 1, place == 0, place == order.Length - 1) switch
            {
                (true, true, _) => above - centre,
                (true, _, true) => centre - below,
                _ => Math.Max(centre - below, above - centre),
            };
        }
        var narrowest = range / Math.Min(100, 1 + centres.Length);
        for (var at = 0; at < distances.Length - 1; at++)
        {
            distances[at] = Math.Clamp(distances[at], narrowest, range);
        }
        distances[^1] = range;
        return distances;
    }

    private double Scaled(double value) => log ? Math.Log(value) : value;

    private static (bool Log, double Low, double High) Bounds(Parameter parameter) => parameter switch
    {
        Real { Log: true } real => (true, Math.Log(real.Low), Wider(Math.Log(real.Low), Math.Log(real.High))),
        Real real => (false, real.Low, Wider(real.Low, real.High)),
        Whole { Log: true } whole => (true, Math.Log(whole.Low - 0.5), Math.Log(whole.High + 0.5)),
        Whole whole => (false, whole.Low - whole.Step / 2.0, whole.Last + whole.Step / 2.0),
        _ => throw new ArgumentException($"{parameter.Name} is not a number.", nameof(parameter)),
    };

    // A range of one value has no width to draw from; what is drawn is clamped to it again.
    private static double Wider(double low, double high) => high > low ? high : low + Math.Max(1e-12, Math.Abs(low) * 1e-12);
}
