namespace Trainyard.Sweeps.Tests;

/// <summary>The rank sum test of Wilcoxon, Mann and Whitney.</summary>
internal static class RankTest
{
    /// <summary>
    /// How many standard deviations <paramref name="first"/> ranks above <paramref name="second"/>: positive when its values are greater.
    /// </summary>
    public static double Z(double[] first, double[] second)
    {
        var wins = first.Sum(one => second.Sum(other => one > other ? 1 : one < other ? 0 : 0.5));
        var pairs = (double)first.Length * second.Length;
        return (wins - pairs / 2) / Math.Sqrt(pairs * (first.Length + second.Length + 1) / 12);
    }
}
