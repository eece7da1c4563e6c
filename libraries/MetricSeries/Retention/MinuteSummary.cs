using Trainyard.MetricSeries.Summaries;

namespace Trainyard.MetricSeries.Retention;

/// <summary>
/// The values of one attempt within a minute, after compaction. A minute of a single point loses nothing and is still read as that
/// point.
/// </summary>
public sealed class MinuteSummary : Summary
{
    private const long Microseconds = 60_000_000;

    /// <summary>The series.</summary>
    public required long SeriesId { get; init; }

    /// <summary>Minutes since 1970.</summary>
    public required long Minute { get; init; }

    /// <summary>True if a later attempt superseded its points. They are kept apart from those of the clean curve.</summary>
    public required bool Replaced { get; init; }

    /// <summary>What identifies it within its series.</summary>
    public (long Minute, int Attempt, bool Replaced) Key => (Minute, Attempt, Replaced);

    /// <summary>The minute of a time in microseconds since 1970.</summary>
    public static long MinuteOf(long time) => (long)Math.Floor(time / (double)Microseconds);

    /// <summary>Its point, if it has only one.</summary>
    public Point? AsPoint() => Count > 1 ? null : With(LastValue);

    /// <summary>A point with the mean of its finite values, or the last value if there are none.</summary>
    public Point AsMean() => With(Mean ?? LastValue);

    private Point With(double? value) => new()
    {
        SeriesId = SeriesId,
        Step = LastStep,
        Seq = LastSeq,
        Time = LastTime,
        Attempt = Attempt,
        Value = value,
    };
}
