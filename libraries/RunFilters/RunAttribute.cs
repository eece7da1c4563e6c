namespace Trainyard.RunFilters;

/// <summary>The type of an attribute's values.</summary>
public enum AttributeKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>One of <see cref="RunAttribute.Statuses"/>.</summary>
    Status,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A time: milliseconds since 1970, or a text such as <c>2026-03-04T12:00:00Z</c>.</summary>
    Time,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,
}

/// <summary>An attribute of runs that can be searched and ordered by.</summary>
/// <param name="Name">Its name in a filter.</param>
/// <param name="Kind">The type of its values.</param>
public sealed record RunAttribute(string Name, AttributeKind Kind)
{
    private static readonly RunAttribute[] Known =
    [
        new("run_id", AttributeKind.Text),
        new("name", AttributeKind.Text),
        new("status", AttributeKind.Status),
        new("kind", AttributeKind.Text),
        new("experiment_id", AttributeKind.Text),
        new("source", AttributeKind.Text),
        new("message", AttributeKind.Text),
        new("notes", AttributeKind.Text),
        new("error_kind", AttributeKind.Text),
        new("error_code", AttributeKind.Text),
        new("mlflow_run_id", AttributeKind.Text),
        new("worker_id", AttributeKind.Text),
        new("created_at", AttributeKind.Time),
        new("started_at", AttributeKind.Time),
        new("ended_at", AttributeKind.Time),
        new("updated_at", AttributeKind.Time),
        new("last_heartbeat", AttributeKind.Time),
        new("attempt", AttributeKind.Number),
        new("step", AttributeKind.Number),
        new("total_steps", AttributeKind.Number),
        new("epochs", AttributeKind.Number),
        new("duration_ms", AttributeKind.Number),
        new("series_count", AttributeKind.Number),
        new("spectral_norm", AttributeKind.Boolean),
        new("pinned", AttributeKind.Boolean),
        new("locked", AttributeKind.Boolean),
    ];

    private static readonly Dictionary<string, RunAttribute> ByName = new(
        Known.Select(attribute => KeyValuePair.Create(attribute.Name, attribute))
            .Concat([Alias("run_name", "name"), Alias("Run name", "name"), Alias("start_time", "started_at"), Alias("end_time", "ended_at"),
                Alias("created", "created_at"), Alias("id", "run_id")]),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>All attributes.</summary>
    public static IReadOnlyList<RunAttribute> All => Known;

    /// <summary>The statuses of runs, as filters write them.</summary>
    public static IReadOnlyList<string> Statuses { get; } =
        ["queued", "running", "completed", "failed", "cancelled", "interrupted", "unknown"];

    /// <summary>Finds an attribute by its name or MLflow's name for it.</summary>
    public static RunAttribute? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The names of all attributes, separated by commas.</summary>
    public static string Names { get; } = string.Join(", ", Known.Select(attribute => attribute.Name));

    /// <summary>Finds a status by its name or MLflow's name for it; case is ignored.</summary>
    public static string? FindStatus(string name) => name.ToUpperInvariant() switch
    {
        "FINISHED" => "completed",
        "KILLED" => "cancelled",
        "SCHEDULED" => "queued",
        _ => Statuses.FirstOrDefault(status => status.Equals(name, StringComparison.OrdinalIgnoreCase)),
    };

    private static KeyValuePair<string, RunAttribute> Alias(string alias, string name) =>
        KeyValuePair.Create(alias, Known.First(attribute => attribute.Name == name));
}
