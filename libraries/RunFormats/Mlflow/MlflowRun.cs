namespace Trainyard.RunFormats.Mlflow;

/// <summary>A run as MLflow's stores keep it.</summary>
public sealed record MlflowRun
{
    /// <summary>Its id.</summary>
    public required string RunId { get; init; }

    /// <summary>The id of its experiment.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its status: MLflow's word for it, or the number that files have.</summary>
    public string? Status { get; init; }

    /// <summary>When it started, in milliseconds since 1970.</summary>
    public long? StartTime { get; init; }

    /// <summary>When it ended, in milliseconds since 1970.</summary>
    public long? EndTime { get; init; }

    /// <summary>Who started it.</summary>
    public string? UserId { get; init; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>One value of a metric.</summary>
/// <param name="Key">The metric's name.</param>
/// <param name="Value">The value; may be NaN or infinite.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Step">The step.</param>
public readonly record struct MlflowPoint(string Key, double Value, long Timestamp, long Step);
