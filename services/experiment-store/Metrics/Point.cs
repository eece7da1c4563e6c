namespace Trainyard.ExperimentStore.Metrics;

internal sealed class Point
{
    public required long SeriesId { get; init; }

    public required long Step { get; init; }

    /// <summary>The place in the series' order of arrival: the later of two values at one step is the last.</summary>
    public required long Seq { get; init; }

    /// <summary>Microseconds since 1970.</summary>
    public required long Time { get; init; }

    public required int Attempt { get; init; }

    /// <summary>
    /// Null is NaN. A point always has a value, so null has no other meaning; SQLite can't hold NaN, Postgres sorts it above
    /// every number, and both leave nulls out of minimum, maximum and sum.
    /// </summary>
    public required double? Value { get; init; }
}
