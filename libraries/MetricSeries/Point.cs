namespace Trainyard.MetricSeries;

/// <summary>One value of a series.</summary>
public sealed class Point
{
    /// <summary>The series: one metric of one run.</summary>
    public required long SeriesId { get; init; }

    /// <summary>The step, from -2⁵³ to 2⁵³.</summary>
    public required long Step { get; init; }

    /// <summary>Sequence number by arrival in the series. Of two values at one step, the higher one wins.</summary>
    public required long Seq { get; init; }

    /// <summary>Microseconds since 1970.</summary>
    public required long Time { get; init; }

    /// <summary>The run's attempt that logged it.</summary>
    public required int Attempt { get; init; }

    /// <summary>
    /// Null stands for NaN: SQLite can't store NaN, Postgres sorts it above every number, and both skip nulls in minimum, maximum and
    /// sum.
    /// </summary>
    public required double? Value { get; init; }
}
