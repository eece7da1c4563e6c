using System.Globalization;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>Orders a run's checkpoints by a number, those without it last, then by id.</summary>
internal sealed class CheckpointOrder
{
    private const string Metric = "metrics.";

    private readonly string orderBy;
    private readonly string by;
    private readonly bool descending;

    private CheckpointOrder(string orderBy, string by, bool descending) =>
        (this.orderBy, this.by, this.descending) = (orderBy, by, descending);

    /// <exception cref="TrainyardException">CONFIG_INVALID: unknown order.</exception>
    public static CheckpointOrder Parse(string? orderBy)
    {
        var text = orderBy?.Trim() ?? "step desc";
        var (by, descending) = text.LastIndexOf(' ') is > 0 and var space
            ? (text[..space].TrimEnd(), text[(space + 1)..] switch { "desc" => true, "asc" => false, _ => (bool?)null })
            : (text, false);
        var valid = by is "step" or "saved_at" or "size" || (by.StartsWith(Metric, StringComparison.Ordinal) && by.Length > Metric.Length);
        return valid && descending is { } known
            ? new(text, by, known)
            : throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new("order_by", "must be step, saved_at, size or metrics.<name>, optionally followed by asc or desc")]);
    }

    /// <summary>The ids of a page, and the cursor of the next one.</summary>
    public async Task<(IReadOnlyList<string> Ids, string? Next)> PageAsync(
        StoreContext db, string runId, bool onlyBest, int limit, string? cursor, CancellationToken cancellationToken)
    {
        // Rows without the number come last in either direction.
        var last = Sql.Constant(descending ? "-1.7e308" : "1.7e308");
        var (beyond, direction) = (Sql.Constant(descending ? "<" : ">"), Sql.Constant(descending ? "DESC" : "ASC"));
        var behind = Cursor.Parse(cursor, orderBy) is { } at
            ? Sql.Of($"WHERE (number, id) {beyond} ({Number(at.Value)}, {at.Id})")
            : Sql.Empty;
        var best = onlyBest ? Sql.Constant("AND is_best") : Sql.Empty;
        var query = Sql.Of($"""
            SELECT id, number FROM (
                SELECT id, COALESCE(CAST({Key(db is SqliteContext)} AS DOUBLE PRECISION), {last}) AS number
                FROM checkpoints WHERE run_id = {runId} {best}) AS numbered
            {behind} ORDER BY number {direction}, id {direction} LIMIT {limit + 1}
            """);
        var rows = await query.ReadAsync(db, row => (Id: row.GetString(0), Number: row.GetDouble(1)), cancellationToken);
        var page = rows.Take(limit).ToList();
        var next = rows.Count > limit
            ? new Cursor(orderBy, page[^1].Number.ToString("R", CultureInfo.InvariantCulture), page[^1].Id).ToString()
            : null;
        return ([.. page.Select(row => row.Id)], next);
    }

    private Sql Key(bool sqlite) => (by, sqlite) switch
    {
        ("saved_at", false) => Sql.Constant("EXTRACT(EPOCH FROM saved_at)"),
        ("step" or "size" or "saved_at", _) => Sql.Constant(by),
        (_, true) => Sql.Of($"""
            (SELECT value FROM json_each(checkpoints.metrics) WHERE key = {by[Metric.Length..]} AND type IN ('integer', 'real'))
            """),
        _ => Sql.Of($"""
            CASE WHEN jsonb_typeof(metrics::jsonb -> {by[Metric.Length..]}) = 'number' THEN metrics::jsonb ->> {by[Metric.Length..]} END
            """),
    };

    private static double Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw Cursor.Unusable(null);
}
