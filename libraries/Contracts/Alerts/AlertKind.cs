using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Alerts;

/// <summary>What a rule waits for.</summary>
[JsonConverter(typeof(AlertKindConverter))]
public enum AlertKind
{
    /// <summary>A value above the threshold.</summary>
    Above,

    /// <summary>A value below the threshold.</summary>
    Below,

    /// <summary>A value that is no number.</summary>
    Nan,

    /// <summary>A metric that has not got better for a number of steps.</summary>
    Plateau,

    /// <summary>A run of which nothing is heard any more.</summary>
    Stalled,

    /// <summary>A run that failed.</summary>
    Failed,

    /// <summary>A run that is over, however it ended.</summary>
    Finished,
}

/// <summary>Writes <see cref="AlertKind"/> in lower snake case.</summary>
public sealed class AlertKindConverter() : JsonStringEnumConverter<AlertKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
