using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Alerts;

/// <summary>The condition of an alert rule.</summary>
[JsonConverter(typeof(AlertKindConverter))]
public enum AlertKind
{
    /// <summary>A value above the threshold.</summary>
    Above,

    /// <summary>A value below the threshold.</summary>
    Below,

    /// <summary>A value that is NaN.</summary>
    Nan,

    /// <summary>A metric that has not improved for a number of steps.</summary>
    Plateau,

    /// <summary>A run that sends no events any more.</summary>
    Stalled,

    /// <summary>A run that failed.</summary>
    Failed,

    /// <summary>A run that ended, with any status.</summary>
    Finished,
}

/// <summary>Writes <see cref="AlertKind"/> in lower snake case.</summary>
public sealed class AlertKindConverter() : JsonStringEnumConverter<AlertKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
