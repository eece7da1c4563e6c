using System.Globalization;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

internal enum OrderSegmentKind
{
    /// <summary>Runs without a value: ordered by id alone.</summary>
    Nothing,
    Number,
    Text,
    Time,
    Boolean,
}

/// <summary>A source of ordered rows: <c>runs r</c> alone, or a table whose index is read in order and joined to runs.</summary>
/// <param name="Table">The table joined to <c>runs r</c>; null for runs alone.</param>
/// <param name="Rows">The condition that selects the rows.</param>
/// <param name="Value">The value to order by: an indexed column if there is one.</param>
/// <param name="RunId">The run's id, from the same index.</param>
internal sealed record Branch(string? Table, Sql Rows, Sql Value, Sql RunId);

/// <param name="Kind">The type of the values.</param>
/// <param name="All">The branches of an index scan over all runs; no run is in two of them. Empty if the rows must be sorted.</param>
/// <param name="Which">In a sorted scan, the condition for runs that may be in this segment.</param>
/// <param name="Value">In a sorted scan, the value of a run. A run without one is not in this segment.</param>
internal sealed record OrderSegment(OrderSegmentKind Kind, IReadOnlyList<Branch> All, Sql Which, Sql Value)
{
    private static readonly Sql OwnId = Sql.Constant("r.id");
    private static readonly Sql Any = Sql.Constant("TRUE");

    /// <summary>
    /// Reads the sort keys of runs that have them, and looks up the values of the others. The flag on the run decides, so a stale
    /// sort key is never used.
    /// </summary>
    public static OrderSegment OfSortedMetric(MetricField metric)
    {
        var (key, value) = (SortKeys.Column(metric.Statistic), FilterSql.Value(metric));
        return new(OrderSegmentKind.Number,
        [
            new(
                "series s", Sql.Of($"r.id = s.run_id AND s.name = {metric.Name} AND {key} IS NOT NULL AND r.has_sort_keys"),
                key, Sql.Constant("s.run_id")),
            new(null, Sql.Of($"NOT r.has_sort_keys AND {value} IS NOT NULL"), value, OwnId),
        ], Any, value);
    }

    public static OrderSegment OfMetric(MetricField metric) => new(OrderSegmentKind.Number, [], Any, FilterSql.Value(metric));

    public static OrderSegment OfNumbers(ParamField param) => new(OrderSegmentKind.Number,
        [
            new(
                "run_params p", Sql.Of($"r.id = p.run_id AND p.name = {param.Name} AND p.number IS NOT NULL"),
                Sql.Constant("p.number"), Sql.Constant("p.run_id")),
        ],
        Any, FilterSql.ParamNumber(param));

    public static OrderSegment OfTexts(ParamField param)
    {
        var text = FilterSql.Indexed("p.text");
        return new(OrderSegmentKind.Text,
            [
                new(
                    "run_params p", Sql.Of($"r.id = p.run_id AND p.name = {param.Name} AND p.number IS NULL"),
                    text, Sql.Constant("p.run_id")),
            ],
            Any, Sql.Of($"(SELECT {text} FROM run_params p WHERE p.run_id = r.id AND p.name = {param.Name} AND p.number IS NULL)"));
    }

    public static OrderSegment OfTag(TagField tag)
    {
        var value = FilterSql.Indexed("t.value");
        return new(OrderSegmentKind.Text,
            [new("run_tags t", Sql.Of($"r.id = t.run_id AND t.name = {tag.Name}"), value, Sql.Constant("t.run_id"))],
            Any, Sql.Of($"(SELECT {value} FROM run_tags t WHERE t.run_id = r.id AND t.name = {tag.Name})"));
    }

    public static OrderSegment OfAttribute(RunAttribute attribute)
    {
        var column = attribute is { Kind: AttributeKind.Text, Indexed: false }
            ? FilterSql.Indexed(attribute.Column)
            : Sql.Constant(attribute.Column);
        return new(attribute.Kind switch
        {
            AttributeKind.Number => OrderSegmentKind.Number,
            AttributeKind.Time => OrderSegmentKind.Time,
            AttributeKind.Boolean => OrderSegmentKind.Boolean,
            _ => OrderSegmentKind.Text,
        }, [new(null, attribute.Nullable ? Sql.Of($"{column} IS NOT NULL") : Any, column, OwnId)], Any, column);
    }

    public static OrderSegment Without(Field field)
    {
        var which = Sql.Of($"{FilterSql.Value(field)} IS NULL");
        return new(OrderSegmentKind.Nothing, [new(null, which, Sql.Constant("NULL"), OwnId)], which, Sql.Constant("NULL"));
    }

    /// <summary>Whether a cursor may hold this value.</summary>
    public bool Accepts(string value) => Kind switch
    {
        OrderSegmentKind.Number => double.TryParse(value, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number),
        OrderSegmentKind.Time => long.TryParse(value, CultureInfo.InvariantCulture, out _),
        _ => true,
    };
}
