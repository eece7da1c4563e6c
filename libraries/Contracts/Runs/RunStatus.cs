using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Runs;

/// <summary>Where a run is in its life.</summary>
[JsonConverter(typeof(RunStatusConverter))]
public enum RunStatus
{
    /// <summary>Stored, and waiting for a worker.</summary>
    Queued,

    /// <summary>A worker or an external job is at it.</summary>
    Running,

    /// <summary>Ended as it was meant to.</summary>
    Completed,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended because a person asked for it.</summary>
    Cancelled,

    /// <summary>Stopped in the middle: paused, its worker died, or an external job fell silent. It can go on.</summary>
    Interrupted,

    /// <summary>Ended, with a status that its program has a word of its own for.</summary>
    Unknown,
}

/// <summary>Statuses as words.</summary>
public static class RunStatusNames
{
    /// <summary>The status as the wire and the database write it.</summary>
    public static string Name(this RunStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

/// <summary>Writes <see cref="RunStatus"/> in lower snake case.</summary>
public sealed class RunStatusConverter() : JsonStringEnumConverter<RunStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
