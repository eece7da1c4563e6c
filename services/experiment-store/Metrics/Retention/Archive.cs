
namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>Packed minutes of a series; see <see cref="ArchiveFormat"/>.</summary>
internal sealed class Archive
{
    public long Id { get; init; }

    public required long SeriesId { get; init; }

    public required long FirstStep { get; init; }

    public required long LastStep { get; init; }

    /// <summary>The number of minutes it contains.</summary>
    public required int Minutes { get; init; }

    public required byte[] Data { get; init; }

    public static Archive Of(long seriesId, IReadOnlyList<MinuteSummary> minutes) => new()
    {
        SeriesId = seriesId,
        FirstStep = minutes.Min(minute => minute.FirstStep),
        LastStep = minutes.Max(minute => minute.LastStep),
        Minutes = minutes.Count,
        Data = ArchiveFormat.Write(minutes),
    };
}
