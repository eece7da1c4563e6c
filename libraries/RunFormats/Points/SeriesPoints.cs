using System.Runtime.InteropServices;

namespace Trainyard.RunFormats.Points;

/// <summary>A point of a series.</summary>
/// <param name="Seq">Its position in the order of arrival in its series.</param>
/// <param name="Attempt">The attempt that logged it.</param>
/// <param name="Step">Its step.</param>
/// <param name="Microseconds">Its time, in microseconds since 1970.</param>
/// <param name="Value">Its value; NaN and infinities are values.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SeriesPoint(long Seq, int Attempt, long Step, long Microseconds, double Value)
{
    /// <summary>Its time.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(Microseconds * TimeSpan.TicksPerMicrosecond);
}

/// <summary>Consecutive points of a series, all of one resolution.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Series">The name of the series.</param>
/// <param name="Resolution"><see cref="Raw"/> or <see cref="MinuteMean"/>.</param>
/// <param name="Points">The points.</param>
public sealed record SeriesPoints(string RunId, string Series, string Resolution, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>Each point is a logged value.</summary>
    public const string Raw = "raw";

    /// <summary>Each point is the mean of a minute.</summary>
    public const string MinuteMean = "1m";
}
