namespace Trainyard.Sweeps;

/// <summary>Independent points, uniform on each parameter's own scale.</summary>
/// <param name="space">What to sample from.</param>
/// <param name="seed">The same seed gives the same sequence.</param>
public sealed class RandomSampler(SearchSpace space, long seed) : ISampler
{
    /// <inheritdoc/>
    public double[]? Next(IReadOnlyList<Trial> trials)
    {
        var draws = new Draws(seed, trials.Count);
        return [.. space.Parameters.Select(parameter => parameter.At(draws.Share()))];
    }
}
