using System.Globalization;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Search;

internal enum OrderSegmentKind
{
    /// <summary>Runs without a value: ordered by id alone.</summary>
    Nothing,
    Number,
    Text,
    Time,
    Truth,
}

/// <summary>Rows that carry an order's value: of <c>runs r</c> alone, or of a table whose index is read in order and leads to runs.</summary>
/// <param name="Table">The table that leads to <c>runs r</c>, if there is one.</param>
/// <param name="Rows">Which of its rows, or of the runs.</param>
/// <param name="Value">The value, an indexed column where there is an index.</param>
/// <param name="RunId">The run's id, in the same index.</param>
internal sealed record Branch(string? Table, Sql Rows, Sql Value, Sql RunId);

/// <param name="Kind">What the values are.</param>
/// <param name="All">The rows of all runs, in the order of an index; several branches have no run in common. None: they have to be sorted.</param>
/// <param name="Which">Of the runs that are looked at one by one, those that may be of this segment.</param>
/// <param name="Value">The value of such a run; one without is not of this segment.</param>
internal sealed record OrderSegment(OrderSegmentKind Kind, IReadOnlyList<Branch> All, Sql Which, Sql Value)
{
    private static readonly Sql OwnId = Sql.Constant("r.id");
    private static readonly Sql Any = Sql.Constant("TRUE");

    /// <summary>
    /// Along the ranks of runs whose values have settled, and by looking up those of the others. The two are told apart by the
    /// run, so that a rank that has gone stale counts for nothing.
    /// </summary>
    public static OrderSegment OfSortedMetric(MetricField metric)
    {
        var (rank, value) = (SortKeys.Column(metric.Statistic), FilterSql.Value(metric));
        return new(OrderSegmentKind.Number,
        [
            new("series s", Sql.Of($"r.id = s.run_id AND s.name = {metric.Name} AND {rank} IS NOT NULL AND r.has_sort_keys"), rank, Sql.Constant("s.run_id")),
            new(null, Sql.Of($"NOT r.has_sort_keys AND {value} IS NOT NULL"), value, OwnId),
        ], Any, value);
    }

    public static OrderSegment OfMetric(MetricField metric) => new(OrderSegmentKind.Number, [], Any, FilterSql.Value(metric));

    public static OrderSegment OfNumbers(ParamField param) => new(OrderSegmentKind.Number,
        [new("run_params p", Sql.Of($"r.id = p.run_id AND p.name = {param.Name} AND p.number IS NOT NULL"), Sql.Constant("p.number"), Sql.Constant("p.run_id"))],
        Any, FilterSql.ParamNumber(param));

    public static OrderSegment OfTexts(ParamField param)
    {
        var text = FilterSql.Indexed("p.text");
        return new(OrderSegmentKind.Text,
            [new("run_params p", Sql.Of($"r.id = p.run_id AND p.name = {param.Name} AND p.number IS NULL"), text, Sql.Constant("p.run_id"))],
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
        var column = attribute is { Kind: AttributeKind.Text, Indexed: false } ? FilterSql.Indexed(attribute.Column) : Sql.Constant(attribute.Column);
        return new(attribute.Kind switch
        {
            AttributeKind.Number => OrderSegmentKind.Number,
            AttributeKind.Time => OrderSegmentKind.Time,
            AttributeKind.Truth => OrderSegmentKind.Truth,
            _ => OrderSegmentKind.Text,
        }, [new(null, attribute.Nullable ? Sql.Of($"{column} IS NOT NULL") : Any, column, OwnId)], Any, column);
    }

    public static OrderSegment Without(Field field)
    {
        var which = Sql.Of($"{FilterSql.Value(field)} IS NULL");
        return new(OrderSegmentKind.Nothing, [new(null, which, Sql.Constant("NULL"), OwnId)], which, Sql.Constant("NULL"));
    }

    /// <summary>Whether a cursor may carry this as a value.</summary>
    public bool Accepts(string value) => Kind switch
    {
        OrderSegmentKind.Number => double.TryParse(value, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number),
        OrderSegmentKind.Time => long.TryParse(value, CultureInfo.InvariantCulture, out _),
        _ => true,
    };
}
