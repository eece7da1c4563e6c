namespace Trainyard.Sweeps;

/// <summary>A leaf of a regression tree: the part of the space for which it says the same.</summary>
/// <param name="Low">Of each number.</param>
/// <param name="High">Of each number.</param>
/// <param name="Allowed">Of each choice: which options lie within; null for numbers.</param>
/// <param name="Shares">Which share of each feature's range lies within.</param>
/// <param name="Value">What the tree says there.</param>
internal sealed record Box(double[] Low, double[] High, bool[]?[] Allowed, double[] Shares, double Value)
{
    /// <summary>The share of the whole space that lies within.</summary>
    public double Volume => Shares.Aggregate(1.0, (product, share) => product * share);
}
