using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Runs;

/// <summary>The state of a run.</summary>
[JsonConverter(typeof(RunStatusConverter))]
public enum RunStatus
{
    /// <summary>Waiting for a worker.</summary>
    Queued,

    /// <summary>Being trained by a worker or an external job.</summary>
    Running,

    /// <summary>Ended successfully.</summary>
    Completed,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended on request.</summary>
    Cancelled,

    /// <summary>Paused, or its worker died, or its external job sends no events any more. It can be resumed.</summary>
    Interrupted,

    /// <summary>Ended with a status word that Trainyard doesn't know.</summary>
    Unknown,
}

/// <summary>Statuses as words.</summary>
public static class RunStatusNames
{
    /// <summary>The status as in the API and the database.</summary>
    public static string Name(this RunStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

/// <summary>Writes <see cref="RunStatus"/> in lower snake case.</summary>
public sealed class RunStatusConverter() : JsonStringEnumConverter<RunStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
