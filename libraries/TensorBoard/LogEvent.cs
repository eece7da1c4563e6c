namespace Trainyard.TensorBoard;

/// <summary>One record of an event file.</summary>
/// <param name="WallTime">Seconds since 1970.</param>
/// <param name="Step">The training step its values belong to.</param>
public sealed record LogEvent(double WallTime, long Step)
{
    /// <summary>The version every event file written today begins with.</summary>
    public const string CurrentVersion = "brain.Event:2";

    /// <summary>Set in a file's first event only.</summary>
    public string? FileVersion { get; init; }

    /// <summary>
    /// Set if the event marks a session. <see cref="SessionStatus.Start"/> discards earlier values at or after <see cref="Step"/>.
    /// </summary>
    public SessionStatus? Session { get; init; }

    /// <summary>What was logged.</summary>
    public IReadOnlyList<SummaryValue> Values { get; init; } = [];

    /// <summary>
    /// Set in an event that confirms all events before it; for writers that continue a file after a crash. In a field of Trainyard's own,
    /// which other readers skip.
    /// </summary>
    public WriterProgress? Progress { get; init; }

    /// <summary>When it was logged; the nearest representable time when <see cref="WallTime"/> is out of range or no number.</summary>
    public DateTimeOffset Time => double.IsNaN(WallTime)
        ? DateTimeOffset.UnixEpoch
        : DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Clamp(WallTime, -62_135_596_800, 253_402_300_799) * TimeSpan.TicksPerSecond));

    /// <summary>An event that carries values.</summary>
    public static LogEvent Of(DateTimeOffset time, long step, params IReadOnlyList<SummaryValue> values) =>
        new(Seconds(time), step) { Values = values };

    /// <summary>A session start at <paramref name="step"/>, which discards earlier values for that step or later.</summary>
    public static LogEvent SessionStart(DateTimeOffset time, long step) => new(Seconds(time), step) { Session = SessionStatus.Start };

    internal static LogEvent Version(DateTimeOffset time) => new(Seconds(time), 0) { FileVersion = CurrentVersion };

    internal static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}

/// <summary>How much of its source a file holds.</summary>
/// <param name="Written">By series: the number of points of the source that the file holds, or that need not be in it.</param>
/// <param name="Attempt">The last attempt whose start is in the file.</param>
public sealed record WriterProgress(IReadOnlyDictionary<string, long> Written, int Attempt);

/// <summary>The state a session log event reports. The numbers are those of the file format.</summary>
public enum SessionStatus
{
    /// <summary>Not said.</summary>
    Unspecified = 0,

    /// <summary>A session began, or went on from a checkpoint.</summary>
    Start = 1,

    /// <summary>A session ended.</summary>
    Stop = 2,

    /// <summary>A checkpoint was written.</summary>
    Checkpoint = 3,
}
