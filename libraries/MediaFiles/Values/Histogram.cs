using System.Text.Json;

namespace Trainyard.MediaFiles.Values;

/// <summary>How many values lie between consecutive edges.</summary>
/// <param name="Edges">Ascending; one more than there are counts.</param>
/// <param name="Counts">Of each bin, 0 or more. They may be densities.</param>
/// <param name="NanCount">Values that are NaN, which no bin counts.</param>
/// <param name="InfiniteCount">Values that are infinite, which no bin counts.</param>
public sealed record Histogram(
    IReadOnlyList<double> Edges, IReadOnlyList<double> Counts, long NanCount = 0, long InfiniteCount = 0)
{
    /// <summary>The largest number of bins.</summary>
    public const int MaxBins = 512;

    /// <summary>The number of bins that values are counted in if nothing else is requested.</summary>
    public const int DefaultBins = 64;

    /// <summary>Counts values in bins of equal width from the smallest to the largest.</summary>
    /// <param name="values">Any number of them, NaN and infinities included.</param>
    /// <param name="bins">From 1 to <see cref="MaxBins"/>.</param>
    public static Histogram Of(IReadOnlyList<double> values, int bins = DefaultBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, MaxBins);
        var (min, max, nans, infinities) = (double.PositiveInfinity, double.NegativeInfinity, 0L, 0L);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                (min, max) = (Math.Min(min, value), Math.Max(max, value));
            }
            else
            {
                (nans, infinities) = double.IsNaN(value) ? (nans + 1, infinities) : (nans, infinities + 1);
            }
        }
        if (min > max)
        {
            return new([0, 1], [0], nans, infinities);
        }
        var edges = EdgesOf(min, max, bins);
        var counts = new double[edges.Length - 1];
        foreach (var value in values.Where(double.IsFinite))
        {
            var found = Array.BinarySearch(edges, value);
            counts[Math.Min(found >= 0 ? found : ~found - 1, counts.Length - 1)]++;
        }
        return new(edges, counts, nans, infinities);
    }

    /// <summary>
    /// A histogram of ranges that another program counted. Ranges without width join their neighbour, an open end is cut to the width of
    /// the range beside it, and neighbours are joined until there are at most <see cref="MaxBins"/>.
    /// </summary>
    /// <param name="bins">In ascending order.</param>
    public static Histogram OfBins(IEnumerable<(double From, double To, double Count)> bins)
    {
        var (edges, counts, behind) = (new List<double>(), new List<double>(), 0.0);
        foreach (var (from, to, count) in bins)
        {
            var added = double.IsFinite(count) && count > 0 ? count : 0;
            if (edges.Count == 0 && !double.IsNaN(from) && !double.IsNaN(to))
            {
                edges.Add(from);
            }
            if (edges.Count > 0 && to > edges[^1])
            {
                edges.Add(to);
                counts.Add(added + behind);
                behind = 0;
            }
            else if (counts.Count > 0)
            {
                counts[^1] += added;
            }
            else
            {
                behind += added;
            }
        }
        if (counts.Count == 0)
        {
            var value = edges.Count > 0 && double.IsFinite(edges[0]) ? edges[0] : 0;
            var (low, high) = AroundOf(value);
            return new([low, high], [behind]);
        }
        CutOpenEnds(edges);
        var together = (counts.Count + MaxBins - 1) / MaxBins;
        return new(
            [.. edges.Where((_, index) => index % together == 0 || index == edges.Count - 1)],
            [.. counts.Chunk(together).Select(chunk => chunk.Sum())]);
    }

    /// <summary>Reads a histogram: <c>edges</c> and <c>counts</c>, or <c>values</c> and perhaps <c>bins</c>.</summary>
    /// <exception cref="InvalidMediaException">It breaks a rule.</exception>
    public static Histogram Read(JsonElement content)
    {
        var members = new ContentMembers(content, "a histogram", "edges", "counts", "nan_count", "infinite_count", "values", "bins");
        if (members.Find("values") is { } values)
        {
            members.Refuse("edges", "counts", "nan_count", "infinite_count");
            return Of(ContentMembers.Numbers("values", values), (int)(members.Whole("bins", 1, MaxBins) ?? DefaultBins));
        }
        members.Refuse("bins");
        var edges = ContentMembers.Numbers("edges", members.Require("edges"));
        var counts = ContentMembers.Numbers("counts", members.Require("counts"));
        if (counts.Length is 0 or > MaxBins || edges.Length != counts.Length + 1)
        {
            throw new InvalidMediaException($"must have 1 to {MaxBins} counts and one edge more, not {counts.Length} and {edges.Length}");
        }
        for (var bin = 0; bin < counts.Length; bin++)
        {
            if (!(edges[bin] < edges[bin + 1]) || !double.IsFinite(edges[bin]) || !double.IsFinite(edges[bin + 1]))
            {
                throw new InvalidMediaException($"must have finite, ascending edges; edges {bin} and {bin + 1} are not");
            }
            if (!double.IsFinite(counts[bin]) || counts[bin] < 0)
            {
                throw new InvalidMediaException($"must have finite counts of 0 or more; count {bin} is not");
            }
        }
        return new(edges, counts, members.Whole("nan_count") ?? 0, members.Whole("infinite_count") ?? 0);
    }

    private static double[] EdgesOf(double min, double max, int bins)
    {
        var (low, high) = min < max ? (min, max) : AroundOf(min);
        var edges = new List<double>(bins + 1) { low };
        for (var edge = 1; edge < bins; edge++)
        {
            // Half by half: the range of doubles is wider than the largest double.
            var next = (low * ((bins - edge) / (double)bins)) + (high * (edge / (double)bins));
            if (next > edges[^1] && next < high)
            {
                edges.Add(next);
            }
        }
        edges.Add(high);
        return [.. edges];
    }

    /// <summary>A range around a single value, wide enough to have distinct ends.</summary>
    private static (double Low, double High) AroundOf(double value)
    {
        var margin = Math.Min(Math.Max(0.5, Math.Abs(value) * 1e-6), double.MaxValue - Math.Abs(value));
        var (low, high) = (value - margin, value + margin);
        return low < high ? (low, high) : value < 0 ? (value, double.BitIncrement(value)) : (double.BitDecrement(value), value);
    }

    /// <summary>Replaces a first and a last edge at the end of all numbers, which stand for "and beyond".</summary>
    private static void CutOpenEnds(List<double> edges)
    {
        const double Open = 1e300;
        var (first, last) = (0, edges.Count - 1);
        if (edges[last] >= Open)
        {
            edges[last] = edges[last - 1] is > -Open and < Open and var below
                ? below + (last > 1 && edges[last - 2] > -Open ? below - edges[last - 2] : Math.Max(1, Math.Abs(below)))
                : Open;
        }
        if (edges[first] <= -Open)
        {
            edges[first] = edges[first + 1] is < Open and > -Open and var above
                ? above - (last > 1 && edges[first + 2] < Open ? edges[first + 2] - above : Math.Max(1, Math.Abs(above)))
                : -Open;
        }
    }
}
