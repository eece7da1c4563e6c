using System.Globalization;

namespace Trainyard.ExperimentStore.Search;

internal enum StretchKind
{
    /// <summary>Runs without a value: ordered by id alone.</summary>
    Nothing,
    Number,
    Text,
    Time,
    Truth,
}

/// <summary>Rows that carry an order's value: of <c>runs r</c> alone, or of a table beside it.</summary>
/// <param name="Table">The table beside <c>runs r</c>, if there is one.</param>
/// <param name="Rows">Which of its rows, or of the runs.</param>
/// <param name="Value">The value, an indexed column where there is an index.</param>
/// <param name="RunId">The run's id, in the same index.</param>
/// <param name="Leads">Whether the table's index is read in order, and runs looked up from it.</param>
internal sealed record Branch(string? Table, Sql Rows, Sql Value, Sql RunId, bool Leads);

/// <param name="Kind">What the values are.</param>
/// <param name="All">The rows of all runs; several branches have no run in common.</param>
/// <param name="Few">The rows of runs that were chosen before.</param>
internal sealed record Stretch(StretchKind Kind, IReadOnlyList<Branch> All, Branch Few)
{
    private static readonly Sql OwnId = Sql.Constant("r.id");

    private Stretch(StretchKind kind, Branch branch) : this(kind, [branch], branch)
    {
    }

    /// <summary>
    /// Along the ranks of runs whose values have settled, and by looking up those of the others. The two are told apart by the
    /// run, so that a rank that has gone stale counts for nothing.
    /// </summary>
    public static Stretch OfRankedMetric(MetricField metric)
    {
        var (rank, value) = (Ranks.Column(metric.Statistic), FilterSql.Column(metric.Statistic));
        var few = new Branch("series s", Sql.Of($"s.run_id = r.id AND s.name = {metric.Name} AND {value} IS NOT NULL"), value, OwnId, Leads: false);
        return new(StretchKind.Number,
        [
            new("series s", Sql.Of($"r.id = s.run_id AND s.name = {metric.Name} AND {rank} IS NOT NULL AND r.ranked"), rank, Sql.Constant("s.run_id"), Leads: true),
            few with { Rows = Sql.Of($"{few.Rows} AND NOT r.ranked") },
        ], few);
    }

    public static Stretch OfMetric(MetricField metric)
    {
        var value = FilterSql.Column(metric.Statistic);
        return new(StretchKind.Number,
            new Branch("series s", Sql.Of($"s.run_id = r.id AND s.name = {metric.Name} AND s.last_step IS NOT NULL AND {value} IS NOT NULL"), value, OwnId, Leads: false));
    }

    public static Stretch OfNumbers(ParamField param) => Beside(StretchKind.Number, "run_params p", Sql.Constant("p.run_id"), Sql.Constant("p.number"),
        Sql.Of($"p.name = {param.Name} AND p.number IS NOT NULL"));

    public static Stretch OfTexts(ParamField param) => Beside(StretchKind.Text, "run_params p", Sql.Constant("p.run_id"), FilterSql.Indexed("p.text"),
        Sql.Of($"p.name = {param.Name} AND p.number IS NULL"));

    public static Stretch OfTag(TagField tag) => Beside(StretchKind.Text, "run_tags t", Sql.Constant("t.run_id"), FilterSql.Indexed("t.value"), Sql.Of($"t.name = {tag.Name}"));

    public static Stretch OfAttribute(RunAttribute attribute)
    {
        var column = attribute is { Kind: AttributeKind.Text, Indexed: false } ? FilterSql.Indexed(attribute.Column) : Sql.Constant(attribute.Column);
        return new(attribute.Kind switch
        {
            AttributeKind.Number => StretchKind.Number,
            AttributeKind.Time => StretchKind.Time,
            AttributeKind.Truth => StretchKind.Truth,
            _ => StretchKind.Text,
        }, new Branch(null, attribute.Nullable ? Sql.Of($"{column} IS NOT NULL") : Sql.Constant("TRUE"), column, OwnId, Leads: false));
    }

    public static Stretch Without(Field field) => new(StretchKind.Nothing, new Branch(null, Sql.Of($"{FilterSql.Value(field)} IS NULL"), Sql.Constant("NULL"), OwnId, Leads: false));

    /// <summary>Whether a cursor may carry this as a value.</summary>
    public bool Accepts(string value) => Kind switch
    {
        StretchKind.Number => double.TryParse(value, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number),
        StretchKind.Time => long.TryParse(value, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    private static Stretch Beside(StretchKind kind, string table, Sql runId, Sql value, Sql rows) =>
        new(kind, new Branch(table, Sql.Of($"r.id = {runId} AND {rows}"), value, runId, Leads: true));
}
