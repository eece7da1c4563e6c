using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events.Logs;

/// <summary>Filters lines of a log.</summary>
internal sealed record LogFilter
{
    private const int MaxCharacters = 256;
    private static readonly string[] Levels = ["debug", "info", "warning", "error"];

    /// <summary>Minimum level: <c>debug</c>, <c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    [FromQuery(Name = "level")]
    public string? Level { get; init; }

    /// <summary>Text that the message must contain, ignoring case.</summary>
    [FromQuery(Name = "contains")]
    public string? Contains { get; init; }

    private string[] Wanted => Level is null ? Levels : Levels[Array.IndexOf(Levels, Level)..];

    /// <exception cref="TrainyardException">CONFIG_INVALID.</exception>
    public void Check()
    {
        if (Level is not null && !Levels.Contains(Level))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("level", $"must be one of {string.Join(", ", Levels)}")]);
        }
        if (Contains is { Length: 0 or > MaxCharacters })
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("contains", $"must have 1 to {MaxCharacters} characters")]);
        }
    }

    public bool Passes(LogLine line) =>
        Wanted.Contains(line.Level) && (Contains is null || line.Message.Contains(Contains, StringComparison.OrdinalIgnoreCase));

    public IQueryable<LogLine> Of(IQueryable<LogLine> lines)
    {
        if (Level is not null)
        {
            var wanted = Wanted;
            lines = lines.Where(line => wanted.Contains(line.Level));
        }
        if (Contains is not null)
        {
            var part = StorableText.Clean(Contains, MaxCharacters).ToLowerInvariant();
#pragma warning disable CA1862, MA0011 // SQL's lower(): there is no culture, and no comparison to choose.
            lines = lines.Where(line => line.Message.ToLower().Contains(part));
#pragma warning restore CA1862, MA0011
        }
        return lines;
    }
}
