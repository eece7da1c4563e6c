namespace Trainyard.Sweeps;

/// <summary>
/// Says which point to try next. A sampler keeps nothing: the same history always gets the same answer, on every machine, so a
/// search goes on after a crash as if nothing had happened.
/// </summary>
public interface ISampler
{
    /// <summary>The next point, or null when there is none left.</summary>
    /// <param name="trials">Every trial handed out so far, in order, whatever became of it.</param>
    double[]? Next(IReadOnlyList<Trial> trials);
}
