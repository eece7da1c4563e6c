using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

internal sealed record FoundRuns(IReadOnlyList<string> Ids, string? NextCursor);

/// <summary>A search for runs: filters and an order.</summary>
/// <param name="Filters">A run must match all of them.</param>
/// <param name="Deleted">Whether to find deleted runs that can be restored, instead of the others.</param>
/// <param name="OrderBy">A field, optionally with its direction; newest first when null.</param>
/// <param name="Few">Up to this many candidate runs are read and sorted. With more, the order's index is scanned.</param>
internal sealed record RunSearch(IReadOnlyList<Filter> Filters, bool Deleted = false, string? OrderBy = null, int Few = 2000)
{
    /// <summary>
    /// Planner features that Postgres must not use in an index scan. With missing or wrong statistics it would read or sort all runs, or
    /// compile code for a query that takes a few milliseconds.
    /// </summary>
    private static readonly string[] Steering = ["enable_hashjoin", "enable_mergejoin", "enable_bitmapscan", "enable_sort", "jit"];

    private static readonly Dictionary<Comparison, Comparison> Opposite = new()
    {
        [Comparison.Less] = Comparison.AtLeast,
        [Comparison.AtMost] = Comparison.Greater,
        [Comparison.Greater] = Comparison.AtMost,
        [Comparison.AtLeast] = Comparison.Less,
    };

    /// <summary>One page of ids. Reads segment after segment, one statement each, until the page is full.</summary>
    public async Task<FoundRuns> FindAsync(StoreContext db, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var sqlite = db.Database.IsSqlite();
        var order = RunOrder.Parse(OrderBy, sqlite);
        var sql = new FilterSql(sqlite, order.Field is AttributeField { Attribute.Name: "created_at" } ? "r.experiment_id" : null);
        var after = Cursor.Parse(cursor, order.ToString());
        var (segment, value) = After(after, order);

        var all = Filters.SelectMany(filter => filter is AllOf { Parts: var parts } ? parts : [filter]).ToList();
        var chosen = Deleted
            ? Sql.Of($"SELECT r.id AS id FROM runs r WHERE r.deleted_at IS NOT NULL")
            : await SelectiveCandidates.ChooseAsync(db, all, sql, Few, cancellationToken);
        var condition = Sql.All(
        [
            Sql.Constant(Deleted ? "r.deleted_at IS NOT NULL AND NOT r.removing" : "r.deleted_at IS NULL"),
            .. all.Select(sql.Condition),
        ]);
        var ofTheField = all.OfType<Clause>().Where(clause => clause.Field == order.Field).ToList();
        var inverse = all.OfType<Negation>().Select(negation => negation.Of).OfType<Clause>()
            .Where(clause => clause.Field == order.Field && Opposite.ContainsKey(clause.How))
            .Select(clause => clause with { How = Opposite[clause.How] });

        var rows = new List<(string Id, int Segment, string Value)>();
        for (var end = LastSegment(order, ofTheField); segment < end && rows.Count <= limit; segment++, after = null)
        {
            var (place, current) = (segment, order.Segments[segment]);
            var bounds = Bounds(current, [.. ofTheField, .. inverse], sql);
            (string Value, string Id)? last = after is null ? null : (value, after.Id);
            var statement = new OrderSegmentSql(current, order, condition, bounds, last, limit + 1 - rows.Count);
            rows.AddRange(await (chosen is null && current.All.Count > 0 ? statement.IndexScan() : statement.SortedScan(chosen))
                .ReadAsync(db, row => (row.GetString(0), place, RunOrder.Text(current.Kind, row, 1)), cancellationToken, Steering));
        }
        var page = rows.Take(limit).ToList();
        var next = rows.Count > limit ? new Cursor(order.ToString(), $"{page[^1].Segment}:{page[^1].Value}", page[^1].Id).ToString() : null;
        // A run may move between segments from one statement to the next.
        return new([.. page.Select(row => row.Id).Distinct(StringComparer.Ordinal)], next);
    }

    private static (int Segment, string Value) After(Cursor? after, RunOrder order)
    {
        if (after is null)
        {
            return (0, "");
        }
        var colon = after.Value.IndexOf(':', StringComparison.Ordinal);
        return colon == 1 && after.Value[0] - '0' is var segment && segment >= 0 && segment < order.Segments.Count
            && order.Segments[segment].Accepts(after.Value[2..])
            ? (segment, after.Value[2..])
            : throw Cursor.Unusable(null);
    }

    /// <summary>Clauses on the ordering field bound the part of the index that is read.</summary>
    private static Func<Sql, Sql> Bounds(OrderSegment segment, List<Clause> clauses, FilterSql sql)
    {
        var ranges = clauses
            .Where(clause => segment.Kind is OrderSegmentKind.Number && SelectiveCandidates.IsRange(clause.How)
                && clause.Values.All(value => value is Number))
            .ToList();
        return value => ranges.Count == 0 ? Sql.Constant("TRUE") : Sql.All(ranges.Select(clause => sql.Compare(value, clause)));
    }

    /// <summary>How many segments to read: a clause that requires a value excludes the segments without one.</summary>
    private static int LastSegment(RunOrder order, List<Clause> clauses)
    {
        var needsValue = clauses.Exists(clause => clause.How is not (Comparison.IsNull or Comparison.IsNan)
            && !(clause is { How: Comparison.IsNotNull, Field: MetricField { Statistic: Statistic.Last } }));
        var needsNumber = clauses.Exists(clause => clause.Values is [_, ..] && clause.Values.All(value => value is Number));
        if (needsNumber)
        {
            return 1;
        }
        return needsValue && order.Segments[^1].Kind is OrderSegmentKind.Nothing ? order.Segments.Count - 1 : order.Segments.Count;
    }
}
