namespace Trainyard.Contracts.Events;

/// <summary>What a run logs besides numbers.</summary>
public enum MediaKind
{
    /// <summary>A picture.</summary>
    Image,

    /// <summary>A recording.</summary>
    Audio,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Columns and rows.</summary>
    Table,

    /// <summary>A distribution of values.</summary>
    Histogram,
}

/// <summary>Limits on media, wherever they come from.</summary>
public static class MediaLimits
{
    /// <summary>The longest caption, in characters.</summary>
    public const int MaxCaption = 1000;

    /// <summary>The highest index of an item among those of one name and step.</summary>
    public const int MaxIndex = 999;

    /// <summary>The longest text, in characters.</summary>
    public const int MaxText = 100_000;

    /// <summary>The largest content, in bytes. Ingest accepts as much as INGEST__MAX_MEDIA_BYTES says, imports accept this.</summary>
    public const int MaxContentBytes = 8 << 20;

    /// <summary>The longest path of an uploaded file, in characters.</summary>
    public const int MaxPath = 1000;
}
