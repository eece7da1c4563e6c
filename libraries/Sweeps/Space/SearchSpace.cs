namespace Trainyard.Sweeps;

/// <summary>The parameters a search varies.</summary>
/// <param name="Parameters">In the order in which a point holds their coordinates.</param>
public sealed record SearchSpace(IReadOnlyList<Parameter> Parameters)
{
    /// <summary>Points of the full grid; null when a range is not cut into points. Saturates at <see cref="long.MaxValue"/>.</summary>
    public long? GridSize => Parameters.Aggregate((long?)1, (size, parameter) => (size, parameter.GridSize) switch
    {
        ({ } known, { } more) => known > long.MaxValue / Math.Max(1, more) ? long.MaxValue : known * more,
        _ => null,
    });

    /// <summary>A point of the full grid: the last parameter varies fastest.</summary>
    /// <param name="index">From 0 to <see cref="GridSize"/> - 1.</param>
    public double[] GridPoint(long index)
    {
        var point = new double[Parameters.Count];
        for (var at = point.Length - 1; at >= 0; at--)
        {
            var size = Parameters[at].GridSize ?? throw new InvalidOperationException($"{Parameters[at].Name} is not cut into points.");
            point[at] = Parameters[at].GridPoint(index % size);
            index /= size;
        }
        return point;
    }
}
