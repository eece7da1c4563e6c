namespace Trainyard.Sweeps;

/// <summary>Every point of the grid once, in order; the last parameter varies fastest.</summary>
public sealed class GridSampler : ISampler
{
    private readonly SearchSpace space;
    private readonly long size;

    /// <exception cref="ArgumentException">A range is not cut into points.</exception>
    public GridSampler(SearchSpace space)
    {
        this.space = space;
        size = space.GridSize ?? throw new ArgumentException("A grid needs every range cut into points.", nameof(space));
    }

    /// <inheritdoc/>
    public double[]? Next(IReadOnlyList<Trial> trials) => trials.Count < size ? space.GridPoint(trials.Count) : null;
}
