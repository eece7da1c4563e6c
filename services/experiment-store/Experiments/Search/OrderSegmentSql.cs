using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>The statements that yield rows of id and value of one segment.</summary>
/// <param name="Segment">Which.</param>
/// <param name="Order">The order it is a part of.</param>
/// <param name="Condition">What runs <c>r</c> must be like.</param>
/// <param name="Bounds">What is known of their values.</param>
/// <param name="After">The last row of the page before.</param>
/// <param name="Limit">How many.</param>
internal sealed record OrderSegmentSql(OrderSegment Segment, RunOrder Order, Sql Condition, Func<Sql, Sql> Bounds, (string Value, string Id)? After, int Limit)
{
    /// <summary>Along an index, until there are enough.</summary>
    public Sql IndexScan()
    {
        return Segment.All is [var single]
            ? Rows(single)
            : Sql.Of($"SELECT id, value FROM ({Sql.Join(" UNION ALL ", Segment.All.Select(branch => Sql.Of($"SELECT * FROM ({Rows(branch)}) branch")))}) merged {End(Sql.Constant("value"), Sql.Constant("id"))}");

        // SQLite takes tables joined by CROSS JOIN in the order in which they are written.
        Sql Rows(Branch branch) => Sql.Of($"SELECT r.id AS id, {branch.Value} AS value FROM {Sql.Constant(branch.Table is null ? "" : $"{branch.Table} CROSS JOIN ")}runs r WHERE {branch.Rows} AND {Place(branch.Value, branch.RunId)} AND {Condition} {End(branch.Value, branch.RunId)}");
    }

    /// <summary>By looking at all of some runs, or of all runs. Values are looked up once, and only then compared.</summary>
    public Sql SortedScan(Sql? chosen)
    {
        var (value, id) = (Sql.Constant("value"), Sql.Constant("id"));
        var from = chosen is null
            ? Sql.Of($"WITH valued AS MATERIALIZED (SELECT r.id AS id, {Segment.Value} AS value FROM runs r WHERE")
            : Sql.Of($"WITH chosen AS MATERIALIZED ({chosen}), valued AS MATERIALIZED (SELECT r.id AS id, {Segment.Value} AS value FROM chosen c CROSS JOIN runs r WHERE r.id = c.id AND");
        var there = Sql.Constant(Segment.Kind is OrderSegmentKind.Nothing ? "" : "value IS NOT NULL AND ");
        return Sql.Of($"{from} {Condition} AND {Segment.Which}) SELECT id, value FROM valued WHERE {there}{Place(value, id)} {End(value, id)}");
    }

    private Sql Place(Sql value, Sql id) => After is { } last ? Sql.Of($"{Bounds(value)} AND {Order.Behind(Segment.Kind, value, id, last)}") : Bounds(value);

    private Sql End(Sql value, Sql id) => Segment.Kind is OrderSegmentKind.Nothing
        ? Sql.Of($"ORDER BY {id} {Order.Direction} LIMIT {Limit}")
        : Sql.Of($"ORDER BY {value} {Order.Direction}, {id} {Order.Direction} LIMIT {Limit}");
}
