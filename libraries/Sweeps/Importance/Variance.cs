namespace Trainyard.Sweeps;

/// <summary>Variances of what a tree says, over a space in which every value is as likely as another.</summary>
internal static class Variance
{
    public static double Of(IReadOnlyList<Box> boxes)
    {
        var mean = boxes.Sum(box => box.Volume * box.Value);
        return boxes.Sum(box => box.Volume * (box.Value - mean) * (box.Value - mean));
    }

    /// <summary>Of the mean over all other features.</summary>
    public static double OfMarginal(IReadOnlyList<Box> boxes, int at, Feature feature)
    {
        var (widths, means) = feature.Options > 0 ? ByOption(boxes, at, feature.Options) : ByPiece(boxes, at, feature);
        var mean = widths.Zip(means, (width, value) => width * value).Sum();
        return widths.Zip(means, (width, value) => width * (value - mean) * (value - mean)).Sum();
    }

    private static (double[] Widths, double[] Means) ByOption(IReadOnlyList<Box> boxes, int at, int options)
    {
        var means = new double[options];
        foreach (var box in boxes)
        {
            for (var option = 0; option < options; option++)
            {
                means[option] += box.Allowed[at]?[option] is true ? box.Value * Others(box, at) : 0;
            }
        }
        return ([.. Enumerable.Repeat(1.0 / options, options)], means);
    }

    /// <summary>
    /// The marginal as a step function, constant between neighbouring splits. Each box adds its value at its start and subtracts it at its
    /// end.
    /// </summary>
    private static (double[] Widths, double[] Means) ByPiece(IReadOnlyList<Box> boxes, int at, Feature feature)
    {
        var bounds = boxes.SelectMany(box => new[] { box.Low[at], box.High[at] });
        double[] edges = [.. bounds.Append(feature.Low).Append(feature.High).Distinct().Order()];
        var changes = new double[edges.Length];
        foreach (var box in boxes)
        {
            var height = box.Value * Others(box, at);
            changes[Array.BinarySearch(edges, box.Low[at])] += height;
            changes[Array.BinarySearch(edges, box.High[at])] -= height;
        }
        var (widths, means) = (new double[edges.Length - 1], new double[edges.Length - 1]);
        var running = 0.0;
        for (var piece = 0; piece < widths.Length; piece++)
        {
            running += changes[piece];
            (widths[piece], means[piece]) = ((edges[piece + 1] - edges[piece]) / (feature.High - feature.Low), running);
        }
        return (widths, means);
    }

    private static double Others(Box box, int at)
    {
        var product = 1.0;
        for (var other = 0; other < box.Shares.Length; other++)
        {
            product *= other == at ? 1 : box.Shares[other];
        }
        return product;
    }
}
