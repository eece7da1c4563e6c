using System.Globalization;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// Finds clauses that match only few runs, alone or together. Neither database can estimate that: they keep statistics per column, not
/// per metric. Costs one bounded count for each clause that an index can answer.
/// </summary>
internal static class SelectiveCandidates
{
    // Up to this factor above the limit, intersecting index entries is still faster than reading run by run.
    private const int IntersectionFactor = 10;

    /// <returns>A query for a small superset of the matching ids, or null if there is none.</returns>
    public static async Task<Sql?> ChooseAsync(
        StoreContext db, IReadOnlyList<Filter> all, FilterSql sql, int few, CancellationToken cancellationToken)
    {
        var candidates = all.Select(filter => Candidate(filter, sql)).OfType<(Sql Ids, bool Settled)>().ToList();
        if (candidates.Count == 0)
        {
            return null;
        }
        var limit = candidates.Count > 1 ? IntersectionFactor * few : few;
        var counts = await CountAsync(db, candidates.Select(candidate => candidate.Ids), limit, cancellationToken);
        var chosen = Complete(candidates[counts.IndexOf(counts.Min())]);
        if (counts.Min() <= few)
        {
            return Sql.Of($"SELECT DISTINCT id FROM ({chosen}) ids");
        }
        var small = candidates.Where((_, index) => counts[index] <= limit).ToList();
        if (small.Count < 2)
        {
            return null;
        }
        var together = Sql.Join(" INTERSECT ", small.Select(candidate => Sql.Of($"SELECT id FROM ({Complete(candidate)}) ids")));
        return (await CountAsync(db, [together], few, cancellationToken))[0] <= few ? together : null;
    }

    private static async Task<List<long>> CountAsync(
        StoreContext db, IEnumerable<Sql> queries, int limit, CancellationToken cancellationToken) =>
        [.. (await Sql.Join(" UNION ALL ", queries.Select((ids, index) =>
                Sql.Of($"""
                    SELECT {index} AS place, (SELECT count(*) FROM (SELECT 1 AS one FROM ({ids}) ids LIMIT {limit + 1}) probe) AS found
                    """)))
            .ReadAsync(db, row => (Place: Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture), Count: row.GetInt64(1)),
                cancellationToken))
            .OrderBy(row => row.Place).Select(row => row.Count)];

    private static Sql Complete((Sql Ids, bool Settled) candidate) =>
        candidate.Settled ? Sql.Of($"{candidate.Ids} UNION ALL SELECT r.id FROM runs r WHERE NOT r.has_sort_keys") : candidate.Ids;

    /// <summary>A superset of the runs a filter matches, if an index has it. Settled: runs without sort keys may match too.</summary>
    private static (Sql Ids, bool Settled)? Candidate(Filter filter, FilterSql sql) => filter switch
    {
        Clause { How: Comparison.IsNull } => null,
        Clause { Field: MetricField metric, How: Comparison.IsNan } => (Sql.Of($"{OfMetric(metric)} AND s.sort_last IS NULL"), true),
        Clause { Field: MetricField { Statistic: Statistic.Last or Statistic.Min or Statistic.Max } metric } clause
            when IsRange(clause.How) && SortKeys.Column(metric.Statistic) is var key =>
            (Sql.Of($"{OfMetric(metric)} AND {key} IS NOT NULL AND {sql.Compare(key, clause)}"), true),
        Clause { Field: MetricField metric } => (OfMetric(metric), false),
        Clause { Field: ParamField param } clause => (OfParam(param, clause, sql), false),
        Clause { Field: TagField tag } clause =>
            (Sql.Of($"SELECT t.run_id AS id FROM run_tags t WHERE t.name = {tag.Name}{OfText("t.value", clause)}"), false),
        Clause { Field: AttributeField { Attribute.Indexed: true } } clause when IsRange(clause.How) =>
            (Sql.Of($"SELECT r.id AS id FROM runs r WHERE {sql.Compare(FilterSql.Value(clause.Field), clause)}"), false),
        Clause { Field: AttributeField { Attribute.Name: "pinned" }, How: Comparison.Equal, Values: [BooleanValue { Value: true }] } =>
            (Sql.Of($"SELECT r.id AS id FROM runs r WHERE r.pinned"), false),
        AllOf all => all.Parts.Select(part => Candidate(part, sql)).FirstOrDefault(candidate => candidate is not null),
        AnyOf any when any.Parts.Select(part => Candidate(part, sql)).ToList() is var parts && parts.TrueForAll(part => part is not null) =>
            (Sql.Join(" UNION ALL ", parts.OfType<(Sql Ids, bool)>().Select(part => part.Ids)),
                parts.Exists(part => part is { Settled: true })),
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
            var bounds = IsRange(clause.How) ? sql.Compare(Sql.Constant("p.number"), clause) : Sql.Constant("TRUE");
            return Sql.Of($"{all} AND p.number IS NOT NULL AND {bounds}");
        }
        if (clause.How is not (Comparison.Equal or Comparison.In))
        {
            return all;
        }
        // A text that parses as a number is indexed as that number.
        var numbers = clause.Values
            .Select(value => value is Number number ? number.Value : RunParam.NumberOf(((Text)value).Value))
            .OfType<double>().Select(number => Sql.Of($"{number}")).ToList();
        var texts = clause.Values.OfType<Text>().Where(text => RunParam.NumberOf(text.Value) is null)
            .Select(text => FilterSql.IndexedText(text.Value)).ToList();
        return Sql.Join(" UNION ALL ",
        [
            .. numbers.Count == 0
                ? Array.Empty<Sql>()
                : [Sql.Of($"{all} AND p.number IS NOT NULL AND p.number IN ({Sql.Join(", ", numbers)})")],
            .. texts.Count == 0
                ? Array.Empty<Sql>()
                : [Sql.Of($"{all} AND p.number IS NULL AND {FilterSql.Indexed("p.text")} IN ({Sql.Join(", ", texts)})")],
        ]);
    }

    private static Sql OfText(string column, Clause clause)
    {
        if (clause.How is not (Comparison.Equal or Comparison.In) || !clause.Values.All(value => value is Text))
        {
            return Sql.Empty;
        }
        var texts = Sql.Join(", ", clause.Values.OfType<Text>().Select(text => FilterSql.IndexedText(text.Value)));
        return Sql.Of($" AND {FilterSql.Indexed(column)} IN ({texts})");
    }

    /// <summary>Whether an index on the value can answer this comparison.</summary>
    public static bool IsRange(Comparison how) =>
        how is Comparison.Equal or Comparison.Less or Comparison.AtMost or Comparison.Greater or Comparison.AtLeast or Comparison.In;
}
