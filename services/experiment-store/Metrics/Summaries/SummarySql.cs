
namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>SQL that merges a summary into a stored row, valid in both databases.</summary>
internal static class SummarySql
{
    public static readonly string[] Content =
    [
        "first_step", "last_step", "last_seq", "last_time", "last_value", "count", "nan_count", "infinite_count",
        "min", "min_step", "max", "max_step", "total",
    ];

    /// <summary>The ON CONFLICT clause of an insert.</summary>
    public static string Merge(string table, string key)
    {
        string later = $"(excluded.last_step, excluded.last_seq) > ({table}.last_step, {table}.last_seq)";
        string lower = Beyond("min", "<");
        string higher = Beyond("max", ">");
        return $"""
             ON CONFLICT ({key}) DO UPDATE SET
                first_step = CASE WHEN excluded.first_step < {table}.first_step THEN excluded.first_step ELSE {table}.first_step END,
                {Take("last_step", later)}, {Take("last_seq", later)}, {Take("last_time", later)}, {Take("last_value", later)},
                {Add("count")}, {Add("nan_count")}, {Add("infinite_count")}, {Add("total")},
                {Take("min", lower)}, {Take("min_step", lower)}, {Take("max", higher)}, {Take("max_step", higher)}
            """;

        string Take(string column, string when) => $"{column} = CASE WHEN {when} THEN excluded.{column} ELSE {table}.{column} END";

        string Add(string column) => $"{column} = {table}.{column} + excluded.{column}";

        string Beyond(string column, string compared) =>
            $"({table}.{column} IS NULL OR excluded.{column} {compared} {table}.{column} "
            + $"OR (excluded.{column} = {table}.{column} AND excluded.{column}_step < {table}.{column}_step))";
    }
}
