using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// SQL conditions on a run <c>r</c>. Values of a run are read by key in scalar subqueries. With a join or EXISTS, either database might
/// scan all series or parameters instead.
/// </summary>
/// <param name="sqlite">Whether the database is SQLite; otherwise it is Postgres.</param>
/// <param name="leading">
/// The column of <c>runs</c> whose index SQLite may use. SQLite would take any index it can, even if it then has to sort nearly all runs.
/// </param>
internal sealed class FilterSql(bool sqlite, string? leading = null)
{
    /// <summary>The indexed prefix of a text column, verbatim as in the index. Postgres limits an index row to 2,704 bytes.</summary>
    public static Sql Indexed(string column) => Sql.Constant($"substr({column}, 1, 200)");

    /// <summary>The same prefix of a text value.</summary>
    public static Sql IndexedText(string text) => Sql.Of($"substr({text}, 1, 200)");

    public Sql Condition(Filter filter) => filter switch
    {
        AllOf all => Sql.Of($"({Sql.All(all.Parts.Select(Condition))})"),
        AnyOf any => Sql.Of($"({Sql.Join(" OR ", any.Parts.Select(Condition))})"),
        // A missing value makes a clause NULL in SQL. Here the clause is false and its inverse true.
        Negation negation => Sql.Of($"NOT coalesce({Condition(negation.Of)}, FALSE)"),
        Clause clause => Condition(clause),
        _ => throw new ArgumentException($"A filter has no {filter.GetType().Name}.", nameof(filter)),
    };

    /// <summary>Compares a value, which may be a column or an expression.</summary>
    public Sql Compare(Sql value, Clause clause) => clause.How switch
    {
        Comparison.IsNull => Sql.Of($"{value} IS NULL"),
        Comparison.IsNotNull => Sql.Of($"{value} IS NOT NULL"),
        Comparison.In => Sql.Of($"{value} IN ({Values(clause)})"),
        Comparison.NotIn => Sql.Of($"{value} NOT IN ({Values(clause)})"),
        Comparison.Like when sqlite => Sql.Of($"{value} GLOB {Pattern.ForGlob(PatternOf(clause))}"),
        Comparison.Like => Sql.Of($"{value} LIKE {Pattern.ForLike(PatternOf(clause))} ESCAPE '\\'"),
        Comparison.ILike =>
            Sql.Of($"{value} {Sql.Constant(sqlite ? "LIKE" : "ILIKE")} {Pattern.ForLike(PatternOf(clause))} ESCAPE '\\'"),
        _ => Sql.Of($"{value} {Sql.Constant(Clause.Words(clause.How))} {Values(clause)}"),
    };

    public static Sql Column(Statistic statistic) => Sql.Constant(statistic switch
    {
        Statistic.Last => "s.last_value",
        Statistic.Min => "s.min",
        Statistic.Max => "s.max",
        Statistic.Count => "s.count",
        Statistic.NanCount => "s.nan_count",
        Statistic.InfiniteCount => "s.infinite_count",
        Statistic.LastStep => "s.last_step",
        Statistic.MinStep => "s.min_step",
        _ => "s.max_step",
    });

    /// <summary>The field's value in run <c>r</c>; NULL if the run has none.</summary>
    public static Sql Value(Field field) => field switch
    {
        MetricField metric => Sql.Of($"""
            (SELECT {Column(metric.Statistic)} FROM series s
             WHERE s.run_id = r.id AND s.name = {metric.Name} AND s.last_step IS NOT NULL)
            """),
        ParamField param => Sql.Of($"(SELECT p.text FROM run_params p WHERE p.run_id = r.id AND p.name = {NameOf(param)})"),
        TagField tag => Sql.Of($"(SELECT t.value FROM run_tags t WHERE t.run_id = r.id AND t.name = {tag.Name})"),
        AttributeField { Attribute: var attribute } => Sql.Constant(attribute.Column),
        _ => throw new ArgumentException($"There is no {field.GetType().Name}.", nameof(field)),
    };

    public static Sql ParamNumber(ParamField param) =>
        Sql.Of($"(SELECT p.number FROM run_params p WHERE p.run_id = r.id AND p.name = {NameOf(param)})");

    private static Sql NameOf(ParamField param) => param.Literal
        ? Sql.Of($"""
            coalesce((SELECT q.name FROM run_params q WHERE q.run_id = r.id AND q.name = {RunParam.Literal(param.Name)}), {param.Name})
            """)
        : Sql.Of($"{param.Name}");

    private Sql Condition(Clause clause) => (clause.Field, clause.How) switch
    {
        (MetricField metric, Comparison.IsNan) => Sql.Of($"({LastStep(metric)} IS NOT NULL AND {Value(metric)} IS NULL)"),
        (MetricField metric, Comparison.IsNotNan) => Sql.Of($"{Value(metric)} IS NOT NULL"),
        // A metric whose last value is NaN exists.
        (MetricField { Statistic: Statistic.Last } metric, Comparison.IsNull) => Sql.Of($"{LastStep(metric)} IS NULL"),
        (MetricField { Statistic: Statistic.Last } metric, Comparison.IsNotNull) => Sql.Of($"{LastStep(metric)} IS NOT NULL"),
        (ParamField param, _) when clause.Values is [_, ..] => OfParam(param, clause),
        (AttributeField { Attribute.Column: var column }, _) when sqlite && column != leading =>
            Compare(Sql.Constant($"+{column}"), clause),
        _ => Compare(Value(clause.Field), clause),
    };

    private static Sql LastStep(MetricField metric) => Value(metric with { Statistic = Statistic.LastStep });

    /// <summary>Compares numbers with a parameter's number and texts with its text.</summary>
    private Sql OfParam(ParamField param, Clause clause)
    {
        var number = ParamNumber(param);
        var (numbers, texts) = (clause.Values.OfType<Number>().ToList<Literal>(), clause.Values.OfType<Text>().ToList<Literal>());
        return (numbers, texts) switch
        {
            (_, []) => Compare(number, clause),
            ([], _) => Compare(Value(param), clause),
            _ when clause.How is Comparison.In => Sql.Of($"({OfNumbers()} OR {OfTexts()})"),
            _ => Sql.Of($"(coalesce({OfNumbers()}, TRUE) AND {OfTexts()})"),
        };

        Sql OfNumbers() => Compare(number, clause with { Values = numbers });

        Sql OfTexts() => Compare(Value(param), clause with { Values = texts });
    }

    private Sql Values(Clause clause) => Sql.Join(", ", clause.Values.Select(literal => Parameter(clause.Field, literal)));

    private Sql Parameter(Field field, Literal literal) => (field, literal) switch
    {
        (AttributeField { Attribute.Kind: AttributeKind.Time }, _) => Time(FilterParser.ToTime(literal)),
        (_, Number number) => Sql.Of($"{number.Value}"),
        (_, Text text) => Sql.Of($"{text.Value}"),
        (_, BooleanValue truth) => Sql.Constant(truth.Value ? "TRUE" : "FALSE"),
        _ => throw new ArgumentException($"There is no {literal.GetType().Name}.", nameof(literal)),
    };

    public Sql Time(DateTimeOffset time) => sqlite ? Sql.Of($"{(object)UnixTime.ToMicroseconds(time)}") : Sql.Of($"{(object)time}");

    private static string PatternOf(Clause clause) => ((Text)clause.Values[0]).Value;
}
