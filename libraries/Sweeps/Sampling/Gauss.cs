namespace Trainyard.Sweeps;

/// <summary>The standard normal distribution.</summary>
internal static class Gauss
{
    // Beyond this, the continued fraction converges faster than the series.
    private const double Far = 3;
    private const int Levels = 40;

    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>
    /// The cumulative distribution function, to about 1e-15: Abramowitz and Stegun 26.2.11 near the middle, 26.2.14 in the tails.
    /// </summary>
    public static double Cumulative(double x) => x switch
    {
        > 40 => 1,
        < -40 => 0,
        >= Far => 1 - Tail(x),
        <= -Far => Tail(-x),
        _ => 0.5 + Middle(x),
    };

    private static double Middle(double x)
    {
        var (term, sum) = (x, x);
        for (var odd = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); odd += 2)
        {
            term *= x * x / odd;
            sum += term;
        }
        return Density(x) * sum;
    }

    private static double Tail(double x)
    {
        var fraction = x;
        for (var level = Levels; level >= 1; level--)
        {
            fraction = x + level / fraction;
        }
        return Density(x) / fraction;
    }
}
