using System.Globalization;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// Finds out whether some clause, or all of them together, leaves only few runs. Neither database can know that beforehand: they
/// keep statistics of columns, not of one metric's values. Costs a count that stops early for each clause an index can answer.
/// </summary>
internal static class SelectiveCandidates
{
    // An index of so many times as many entries is still quicker to intersect than to look up run by run.
    private const int Times = 10;

    /// <returns>A query of run ids, of which there are few and among which are all that match; null when there is no such.</returns>
    public static async Task<Sql?> ChooseAsync(StoreContext db, IReadOnlyList<Filter> all, FilterSql sql, int few, CancellationToken cancellationToken)
    {
        var candidates = all.Select(filter => Candidate(filter, sql)).OfType<(Sql Ids, bool Settled)>().ToList();
        if (candidates.Count == 0)
        {
            return null;
        }
        var most = candidates.Count > 1 ? Times * few : few;
        var counts = await CountAsync(db, candidates.Select(one => one.Ids), most, cancellationToken);
        var chosen = Complete(candidates[counts.IndexOf(counts.Min())]);
        if (counts.Min() <= few)
        {
            return Sql.Of($"SELECT DISTINCT id FROM ({chosen}) ids");
        }
        var small = candidates.Where((_, index) => counts[index] <= most).ToList();
        if (small.Count < 2)
        {
            return null;
        }
        var together = Sql.Join(" INTERSECT ", small.Select(one => Sql.Of($"SELECT id FROM ({Complete(one)}) ids")));
        return (await CountAsync(db, [together], few, cancellationToken))[0] <= few ? together : null;
    }

    private static async Task<List<long>> CountAsync(StoreContext db, IEnumerable<Sql> queries, int most, CancellationToken cancellationToken) =>
        [.. (await Sql.Join(" UNION ALL ", queries.Select((ids, index) =>
                Sql.Of($"SELECT {index} AS place, (SELECT count(*) FROM (SELECT 1 AS one FROM ({ids}) ids LIMIT {most + 1}) probe) AS found")))
            .ReadAsync(db, row => (Place: Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture), Count: row.GetInt64(1)), cancellationToken))
            .OrderBy(one => one.Place).Select(one => one.Count)];

    private static Sql Complete((Sql Ids, bool Settled) one) => one.Settled ? Sql.Of($"{one.Ids} UNION ALL SELECT r.id FROM runs r WHERE NOT r.has_sort_keys") : one.Ids;

    /// <summary>The runs for which a filter may hold, if an index knows. Settled: runs whose metrics are still being written may match besides.</summary>
    private static (Sql Ids, bool Settled)? Candidate(Filter filter, FilterSql sql) => filter switch
    {
        Clause { How: Comparing.IsNull } => null,
        Clause { Field: MetricField metric, How: Comparing.IsNan } => (Sql.Of($"{OfMetric(metric)} AND s.sort_last IS NULL"), true),
        Clause { Field: MetricField { Statistic: Statistic.Last or Statistic.Min or Statistic.Max } metric } clause when IsRange(clause.How) =>
            (Sql.Of($"{OfMetric(metric)} AND {SortKeys.Column(metric.Statistic)} IS NOT NULL AND {sql.Compare(SortKeys.Column(metric.Statistic), clause)}"), true),
        Clause { Field: MetricField metric } => (OfMetric(metric), false),
        Clause { Field: ParamField param } clause => (OfParam(param, clause, sql), false),
        Clause { Field: TagField tag } clause => (Sql.Of($"SELECT t.run_id AS id FROM run_tags t WHERE t.name = {tag.Name}{OfText("t.value", clause)}"), false),
        Clause { Field: AttributeField { Attribute.Indexed: true } } clause when IsRange(clause.How) =>
            (Sql.Of($"SELECT r.id AS id FROM runs r WHERE {sql.Compare(FilterSql.Value(clause.Field), clause)}"), false),
        Clause { Field: AttributeField { Attribute.Name: "pinned" }, How: Comparing.Equal, Values: [Truth { Value: true }] } => (Sql.Of($"SELECT r.id AS id FROM runs r WHERE r.pinned"), false),
        AllOf all => all.Parts.Select(part => Candidate(part, sql)).FirstOrDefault(one => one is not null),
        AnyOf any when any.Parts.Select(part => Candidate(part, sql)).ToList() is var parts && parts.TrueForAll(one => one is not null) =>
            (Sql.Join(" UNION ALL ", parts.OfType<(Sql Ids, bool)>().Select(one => one.Ids)), parts.Exists(one => one is { Settled: true })),
        _ => null,
    };

    private static Sql OfMetric(MetricField metric) => Sql.Of($"SELECT s.run_id AS id FROM series s WHERE s.name = {metric.Name}");

    private static Sql OfParam(ParamField param, Clause clause, FilterSql sql)
    {
        var all = param.Literal
            ? Sql.Of($"SELECT p.run_id AS id FROM run_params p WHERE p.name IN ({param.Name}, {RunParam.Literal(param.Name)})")
            : Sql.Of($"SELECT p.run_id AS id FROM run_params p WHERE p.name = {param.Name}");
        if (clause.Values.Count > 0 && clause.Values.All(value => value is Number))
        {
            return Sql.Of($"{all} AND p.number IS NOT NULL AND {(IsRange(clause.How) ? sql.Compare(Sql.Constant("p.number"), clause) : Sql.Constant("TRUE"))}");
        }
        if (clause.How is not (Comparing.Equal or Comparing.In))
        {
            return all;
        }
        // A text that reads as a number is indexed as that number.
        var numbers = clause.Values.Select(value => value is Number number ? number.Value : RunParam.NumberOf(((Text)value).Value)).OfType<double>().Select(number => Sql.Of($"{number}")).ToList();
        var texts = clause.Values.OfType<Text>().Where(text => RunParam.NumberOf(text.Value) is null).Select(text => FilterSql.IndexedText(text.Value)).ToList();
        return Sql.Join(" UNION ALL ",
        [
            .. numbers.Count == 0 ? Array.Empty<Sql>() : [Sql.Of($"{all} AND p.number IS NOT NULL AND p.number IN ({Sql.Join(", ", numbers)})")],
            .. texts.Count == 0 ? Array.Empty<Sql>() : [Sql.Of($"{all} AND p.number IS NULL AND {FilterSql.Indexed("p.text")} IN ({Sql.Join(", ", texts)})")],
        ]);
    }

    private static Sql OfText(string column, Clause clause) =>
        clause.How is Comparing.Equal or Comparing.In && clause.Values.All(value => value is Text)
            ? Sql.Of($" AND {FilterSql.Indexed(column)} IN ({Sql.Join(", ", clause.Values.OfType<Text>().Select(text => FilterSql.IndexedText(text.Value)))})")
            : Sql.Empty;

    /// <summary>Whether an index on the value can find what compares so.</summary>
    public static bool IsRange(Comparing how) => how is Comparing.Equal or Comparing.Less or Comparing.AtMost or Comparing.Greater or Comparing.AtLeast or Comparing.In;
}
