using Trainyard.ExperimentStore.Metrics.Summaries;

namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>
/// What an attempt logged within a minute, once its points have given way. Of a single point it keeps everything: it is still read
/// as that point.
/// </summary>
internal sealed class MinuteSummary : Summary
{
    private const long Microseconds = 60_000_000;

    public required long SeriesId { get; init; }

    /// <summary>Minutes since 1970.</summary>
    public required long Minute { get; init; }

    /// <summary>Whether a later attempt had replaced its points: those of the clean curve are kept apart from others.</summary>
    public required bool Replaced { get; init; }

    public (long Minute, int Attempt, bool Replaced) Key => (Minute, Attempt, Replaced);

    public static long MinuteOf(long time) => (long)Math.Floor(time / (double)Microseconds);

    /// <summary>The point it is when it is only one.</summary>
    public Point? AsPoint() => Count > 1 ? null : With(LastValue);

    /// <summary>A point with the mean of its finite values, where it has any.</summary>
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
