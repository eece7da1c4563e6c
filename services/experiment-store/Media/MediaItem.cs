using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Media;

/// <summary>An image, a recording, a text, a table or a histogram that a run has logged.</summary>
internal sealed class MediaItem : IOfRun
{
    public long Id { get; init; }

    public required string RunId { get; init; }

    public required string Name { get; init; }

    public required MediaKind Kind { get; init; }

    public required long Step { get; init; }

    /// <summary>Its position among the items of one name, kind and step.</summary>
    public required int Index { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset Time { get; init; }

    public string? Caption { get; init; }

    /// <summary>Its MIME type; null if it is an uploaded file, whose type is recognised when it is read.</summary>
    public string? ContentType { get; init; }

    /// <summary>Bytes of <see cref="Content"/>; 0 for an uploaded file.</summary>
    public required long Size { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    /// <summary>The uploaded file, below the run's artifact folder.</summary>
    public string? Path { get; init; }

    // The last column: rows are read without it, and a database keeps long values apart.
    public byte[]? Content { get; init; }

    /// <summary>The event that logs this item.</summary>
    public MediaLogged AsEvent() => new()
    {
        EventId = Guid.Empty,
        RunId = RunId,
        Time = Time,
        Attempt = Attempt,
        Kind = Kind,
        Name = Name,
        Step = Step,
        Index = Index,
        Caption = Caption,
        ContentType = ContentType,
        Width = Width,
        Height = Height,
        Path = Path,
        Content = Content,
    };
}
