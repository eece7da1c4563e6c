namespace Trainyard.Notifier.Runs;

/// <summary>A run that messages are about.</summary>
internal sealed class TrackedRun
{
    public required string RunId { get; init; }

    /// <summary>A <see cref="RunProgress"/> as JSON.</summary>
    public required string Progress { get; set; }

    /// <summary>Whether it is in the watch list.</summary>
    public bool Watched { get; set; }

    /// <summary>Whether a person took it off the list, so that no event puts it back.</summary>
    public bool Muted { get; set; }

    /// <summary>Whether the store has its final status, and messages show it.</summary>
    public bool Ended { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }
}
