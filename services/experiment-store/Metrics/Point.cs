namespace Trainyard.ExperimentStore.Metrics;

internal sealed class Point
{
    public required long SeriesId { get; init; }

    public required long Step { get; init; }

    /// <summary>Sequence number by arrival in the series. Of two values at one step, the higher one wins.</summary>
    public required long Seq { get; init; }

    /// <summary>Microseconds since 1970.</summary>
    public required long Time { get; init; }

    public required int Attempt { get; init; }

    /// <summary>
    /// Null stands for NaN: SQLite can't store NaN, Postgres sorts it above every number, and both skip nulls in minimum, maximum and
    /// sum.
    /// </summary>
    public required double? Value { get; init; }
}
