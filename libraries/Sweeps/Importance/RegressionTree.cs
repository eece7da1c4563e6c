namespace Trainyard.Sweeps;

/// <summary>
/// A fully grown regression tree (Breiman et al., "Classification and Regression Trees", 1984): each node is split where the squared error
/// falls most, a number at a threshold, a choice into one option and the rest.
/// </summary>
internal static class RegressionTree
{
    private const int DeepestLevel = 64;

    /// <param name="features">The features.</param>
    /// <param name="points">All points.</param>
    /// <param name="losses">Their losses.</param>
    /// <param name="sample">The points to learn from; one that occurs twice counts twice.</param>
    public static List<Box> Grow(
        IReadOnlyList<Feature> features, IReadOnlyList<double[]> points, IReadOnlyList<double> losses, int[] sample)
    {
        var leaves = new List<Box>();
        Grow(new(
            [.. features.Select(feature => feature.Low)],
            [.. features.Select(feature => feature.High)],
            [.. features.Select(feature => feature.Options > 0 ? Enumerable.Repeat(true, feature.Options).ToArray() : null)],
            [.. features.Select(_ => 1.0)],
            0), sample, 0);
        return leaves;

        void Grow(Box box, int[] members, int level)
        {
            if (level == DeepestLevel || BestSplit(features, points, losses, members) is not { } split)
            {
                leaves.Add(box with { Value = members.Average(member => losses[member]) });
                return;
            }
            var (inside, outside) = split.Divide(box, features[split.Feature]);
            var left = Array.FindAll(members, member => split.Holds(points[member]));
            var right = Array.FindAll(members, member => !split.Holds(points[member]));
            Grow(inside, left, level + 1);
            Grow(outside, right, level + 1);
        }
    }

    private static Split? BestSplit(
        IReadOnlyList<Feature> features, IReadOnlyList<double[]> points, IReadOnlyList<double> losses, int[] members)
    {
        var mean = members.Average(member => losses[member]);
        var (best, bestGain) = ((Split?)null, 1e-12 * members.Sum(member => Math.Abs(losses[member] - mean)));
        for (var feature = 0; feature < features.Count; feature++)
        {
            var at = feature;
            var (sum, count) = (0.0, 0);
            if (features[feature].Options > 0)
            {
                foreach (var group in members.GroupBy(member => points[member][at]))
                {
                    (sum, count) = (group.Sum(member => losses[member] - mean), group.Count());
                    Consider(group.Key);
                }
                continue;
            }
            var sorted = members.ToArray();
            Array.Sort(Array.ConvertAll(members, member => points[member][at]), sorted);
            for (var place = 0; place < sorted.Length - 1; place++)
            {
                sum += losses[sorted[place]] - mean;
                count++;
                var (here, next) = (points[sorted[place]][at], points[sorted[place + 1]][at]);
                if (next > here)
                {
                    Consider(here + (next - here) / 2);
                }
            }

            // How much the squared error falls: the losses are centred, so the sums of both sides are opposite.
            void Consider(double threshold)
            {
                var rest = members.Length - count;
                if (rest > 0 && sum * sum * (1.0 / count + 1.0 / rest) is var gain && gain > bestGain)
                {
                    (best, bestGain) = (new(at, threshold, features[at].Options > 0), gain);
                }
            }
        }
        return best;
    }

    private sealed record Split(int Feature, double At, bool ByOption)
    {
        public bool Holds(double[] point) => ByOption ? point[Feature].Equals(At) : point[Feature] <= At;

        public (Box Inside, Box Outside) Divide(Box box, Feature feature)
        {
            if (box.Allowed[Feature] is { } allowed)
            {
                bool[] only = [.. allowed.Select((_, option) => option == (int)At)];
                bool[] others = [.. allowed.Select((was, option) => was && option != (int)At)];
                return (
                    box with { Allowed = With(box.Allowed, only), Shares = With(box.Shares, Share(only)) },
                    box with { Allowed = With(box.Allowed, others), Shares = With(box.Shares, Share(others)) });
            }
            var range = feature.High - feature.Low;
            return (
                box with { High = With(box.High, At), Shares = With(box.Shares, (At - box.Low[Feature]) / range) },
                box with { Low = With(box.Low, At), Shares = With(box.Shares, (box.High[Feature] - At) / range) });
        }

        private T[] With<T>(T[] values, T value)
        {
            T[] copy = [.. values];
            copy[Feature] = value;
            return copy;
        }

        private static double Share(bool[] allowed) => (double)allowed.Count(option => option) / allowed.Length;
    }
}
