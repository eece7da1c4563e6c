namespace Trainyard.Sweeps;

/// <summary>What importance is measured of: a number within bounds, or one of several options.</summary>
/// <param name="Low">The least value of a number.</param>
/// <param name="High">The greatest value of a number.</param>
/// <param name="Options">How many options there are; 0 for a number.</param>
public sealed record Feature(double Low, double High, int Options = 0)
{
    /// <summary>A number within bounds. Give logarithms of what varies by factors.</summary>
    public static Feature Number(double low, double high) => new(low, high);

    /// <summary>One of several options, given by its index.</summary>
    public static Feature Choice(int options) => new(0, 0, options);
}
