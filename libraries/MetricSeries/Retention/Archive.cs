namespace Trainyard.MetricSeries.Retention;

/// <summary>Packed minutes of a series; see <see cref="ArchiveFormat"/>.</summary>
public sealed class Archive
{
    /// <summary>Given by the database.</summary>
    public long Id { get; init; }

    /// <summary>The series.</summary>
    public required long SeriesId { get; init; }

    /// <summary>The lowest step of its minutes.</summary>
    public required long FirstStep { get; init; }

    /// <summary>The highest step of its minutes.</summary>
    public required long LastStep { get; init; }

    /// <summary>The number of minutes it contains.</summary>
    public required int Minutes { get; init; }

    /// <summary>The packed minutes.</summary>
    public required byte[] Data { get; init; }

    /// <summary>Packs minutes of one series.</summary>
    /// <param name="seriesId">The series.</param>
    /// <param name="minutes">At least one.</param>
    public static Archive Of(long seriesId, IReadOnlyList<MinuteSummary> minutes) => new()
    {
        SeriesId = seriesId,
        FirstStep = minutes.Min(minute => minute.FirstStep),
        LastStep = minutes.Max(minute => minute.LastStep),
        Minutes = minutes.Count,
        Data = ArchiveFormat.Write(minutes),
    };
}
