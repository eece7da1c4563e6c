
namespace Trainyard.ExperimentStore.Experiments.Search;

internal enum AttributeKind
{
    Text,
    Status,
    Number,
    Time,
    Truth,
}

/// <summary>A column of <c>runs</c> that can be searched and ordered by.</summary>
internal sealed record RunAttribute(string Name, AttributeKind Kind, string Column, bool Nullable = true, bool Indexed = false)
{
    private static readonly RunAttribute[] Known =
    [
        new("run_id", AttributeKind.Text, "r.id", Nullable: false, Indexed: true),
        new("name", AttributeKind.Text, "r.name", Nullable: false, Indexed: true),
        new("status", AttributeKind.Status, "r.status", Nullable: false, Indexed: true),
        new("kind", AttributeKind.Text, "r.kind", Nullable: false),
        new("experiment_id", AttributeKind.Text, "r.experiment_id", Indexed: true),
        new("source", AttributeKind.Text, "r.source"),
        new("message", AttributeKind.Text, "r.message"),
        new("notes", AttributeKind.Text, "r.notes"),
        new("error_kind", AttributeKind.Text, "r.error_kind"),
        new("mlflow_run_id", AttributeKind.Text, "r.mlflow_run_id"),
        new("worker_id", AttributeKind.Text, "r.worker_id"),
        new("created_at", AttributeKind.Time, "r.created_at", Nullable: false, Indexed: true),
        new("started_at", AttributeKind.Time, "r.started_at"),
        new("ended_at", AttributeKind.Time, "r.ended_at"),
        new("updated_at", AttributeKind.Time, "r.updated_at", Nullable: false),
        new("last_heartbeat", AttributeKind.Time, "r.last_heartbeat"),
        new("attempt", AttributeKind.Number, "r.attempt", Nullable: false),
        new("step", AttributeKind.Number, "r.step"),
        new("total_steps", AttributeKind.Number, "r.total_steps"),
        new("epochs", AttributeKind.Number, "r.epochs"),
        new("duration_ms", AttributeKind.Number, "r.duration_ms"),
        new("series_count", AttributeKind.Number, "r.series_count", Nullable: false),
        new("spectral_norm", AttributeKind.Truth, "r.spectral_norm"),
        new("pinned", AttributeKind.Truth, "r.pinned", Nullable: false),
        new("locked", AttributeKind.Truth, "r.locked", Nullable: false),
    ];

    private static readonly Dictionary<string, RunAttribute> ByName = new(
        Known.Select(attribute => KeyValuePair.Create(attribute.Name, attribute))
            .Concat([Alias("run_name", "name"), Alias("Run name", "name"), Alias("start_time", "started_at"), Alias("end_time", "ended_at"),
                Alias("created", "created_at"), Alias("id", "run_id")]),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds an attribute by its name or MLflow's name for it.</summary>
    public static RunAttribute? Find(string name) => ByName.GetValueOrDefault(name);

    public static string Names { get; } = string.Join(", ", Known.Select(attribute => attribute.Name));

    private static KeyValuePair<string, RunAttribute> Alias(string alias, string name) =>
        KeyValuePair.Create(alias, Known.First(attribute => attribute.Name == name));
}
