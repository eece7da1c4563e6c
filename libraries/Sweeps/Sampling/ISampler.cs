namespace Trainyard.Sweeps;

/// <summary>
/// Chooses the next point to try. Samplers are stateless: the same history gives the same point on every machine, so a search continues
/// unchanged after a crash.
/// </summary>
public interface ISampler
{
    /// <summary>The next point, or null when there is none left.</summary>
    /// <param name="trials">All trials so far, in order, in any state.</param>
    double[]? Next(IReadOnlyList<Trial> trials);
}
