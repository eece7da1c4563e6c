namespace Trainyard.Sweeps;

/// <summary>
/// Functional analysis of variance: how much of the variation of an objective over the whole space each feature explains by itself
/// (Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014). A random forest of
/// regression trees learns the objective; a tree is constant on boxes, so the marginal of a feature over all others is exact.
/// </summary>
public static class Fanova
{
    private const int Trees = 64;

    /// <summary>
    /// The share of the objective's variance each feature explains by itself, averaged over the trees. What is missing to 1 is due to
    /// interactions; all are 0 when the objective is constant.
    /// </summary>
    /// <param name="features">The features.</param>
    /// <param name="points">One value per feature: a number, or the index of an option.</param>
    /// <param name="losses">The objective at each point; finite.</param>
    /// <param name="seed">The same seed gives the same answer.</param>
    /// <exception cref="ArgumentException">The numbers of points and losses differ.</exception>
    public static double[] MainEffects(
        IReadOnlyList<Feature> features, IReadOnlyList<double[]> points, IReadOnlyList<double> losses, long seed = 0)
    {
        if (points.Count != losses.Count || points.Any(point => point.Length != features.Count))
        {
            throw new ArgumentException("Every point needs one value per feature and one loss.", nameof(points));
        }
        var shares = new double[features.Count];
        if (points.Count < 2)
        {
            return shares;
        }
        var grown = 0;
        for (var tree = 0; tree < Trees; tree++)
        {
            var draws = new Draws(seed, tree);
            int[] sample = [.. Enumerable.Range(0, points.Count).Select(_ => draws.Index(points.Count))];
            var boxes = RegressionTree.Grow(features, points, losses, sample);
            var total = Variance.Of(boxes);
            grown += total > 0 ? 1 : 0;
            for (var feature = 0; feature < features.Count && total > 0; feature++)
            {
                shares[feature] += Variance.OfMarginal(boxes, feature, features[feature]) / total;
            }
        }
        return [.. shares.Select(share => grown == 0 ? 0 : share / grown)];
    }
}
