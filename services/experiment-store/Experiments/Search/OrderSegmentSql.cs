using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>The SQL that reads one segment's rows of id and value.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Order">The order it is a part of.</param>
/// <param name="Condition">The condition on runs <c>r</c>.</param>
/// <param name="Bounds">The bounds on their values.</param>
/// <param name="After">The last row of the previous page.</param>
/// <param name="Limit">The maximum number of rows.</param>
internal sealed record OrderSegmentSql(
    OrderSegment Segment, RunOrder Order, Sql Condition, Func<Sql, Sql> Bounds, (string Value, string Id)? After, int Limit)
{
    /// <summary>Reads along an index up to the limit.</summary>
    public Sql IndexScan()
    {
        if (Segment.All is [var single])
        {
            return Rows(single);
        }
        var merged = Sql.Join(" UNION ALL ", Segment.All.Select(branch => Sql.Of($"SELECT * FROM ({Rows(branch)}) branch")));
        return Sql.Of($"SELECT id, value FROM ({merged}) merged {End(Sql.Constant("value"), Sql.Constant("id"))}");

        // SQLite reads tables joined by CROSS JOIN in the order they are written.
        Sql Rows(Branch branch)
        {
            var table = Sql.Constant(branch.Table is null ? "" : $"{branch.Table} CROSS JOIN ");
            return Sql.Of($"""
                SELECT r.id AS id, {branch.Value} AS value FROM {table}runs r
                WHERE {branch.Rows} AND {Place(branch.Value, branch.RunId)} AND {Condition} {End(branch.Value, branch.RunId)}
                """);
        }
    }

    /// <summary>Reads the chosen runs, or all runs, and sorts them. MATERIALIZED reads each value once, before it is compared.</summary>
    public Sql SortedScan(Sql? chosen)
    {
        var (value, id) = (Sql.Constant("value"), Sql.Constant("id"));
        var from = chosen is null
            ? Sql.Of($"WITH valued AS MATERIALIZED (SELECT r.id AS id, {Segment.Value} AS value FROM runs r WHERE")
            : Sql.Of($"""
                WITH chosen AS MATERIALIZED ({chosen}), valued AS MATERIALIZED (
                    SELECT r.id AS id, {Segment.Value} AS value FROM chosen c CROSS JOIN runs r WHERE r.id = c.id AND
                """);
        var hasValue = Sql.Constant(Segment.Kind is OrderSegmentKind.Nothing ? "" : "value IS NOT NULL AND ");
        return Sql.Of($"""
            {from} {Condition} AND {Segment.Which})
            SELECT id, value FROM valued WHERE {hasValue}{Place(value, id)} {End(value, id)}
            """);
    }

    private Sql Place(Sql value, Sql id) =>
        After is { } last ? Sql.Of($"{Bounds(value)} AND {Order.Behind(Segment.Kind, value, id, last)}") : Bounds(value);

    private Sql End(Sql value, Sql id) => Segment.Kind is OrderSegmentKind.Nothing
        ? Sql.Of($"ORDER BY {id} {Order.Direction} LIMIT {Limit}")
        : Sql.Of($"ORDER BY {value} {Order.Direction}, {id} {Order.Direction} LIMIT {Limit}");
}
