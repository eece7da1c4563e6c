using System.Globalization;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Search;

/// <summary>
/// Finds out whether some clause leaves only few runs. Neither database can know that beforehand: they keep statistics of
/// columns, not of one metric's values. Costs a count that stops at a few for each clause an index can answer.
/// </summary>
internal static class Narrowing
{
    /// <returns>A query of run ids, of which there are few and among which are all that match; null when no clause is so selective.</returns>
    public static async Task<Sql?> ChooseAsync(StoreContext db, IReadOnlyList<Filter> all, FilterSql sql, int few, CancellationToken cancellationToken)
    {
        var candidates = all.Select(filter => Candidate(filter, sql)).OfType<(Sql Ids, bool Settled)>().ToList();
        if (candidates.Count == 0)
        {
            return null;
        }
        var counts = await Sql.Join(" UNION ALL ", candidates.Select((one, index) =>
                Sql.Of($"SELECT {index} AS place, (SELECT count(*) FROM (SELECT 1 AS one FROM ({one.Ids}) ids LIMIT {few + 1}) probe) AS few")))
            .ReadAsync(db, row => (Place: Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture), Count: row.GetInt64(1)), cancellationToken);
        var (place, count) = counts.MinBy(one => one.Count);
        var chosen = candidates[place];
        return count > few ? null : chosen.Settled ? Sql.Of($"{chosen.Ids} UNION SELECT r.id FROM runs r WHERE NOT r.ranked") : Sql.Of($"SELECT DISTINCT id FROM ({chosen.Ids}) ids");
    }

    /// <summary>The runs for which a filter may hold, if an index knows. Settled: runs whose metrics are still being written may match besides.</summary>
    private static (Sql Ids, bool Settled)? Candidate(Filter filter, FilterSql sql) => filter switch
    {
        Clause { How: Comparing.IsNull or Comparing.IsNan } => null,
        Clause { Field: MetricField { Statistic: Statistic.Last or Statistic.Min or Statistic.Max } metric } clause when clause.How is not Comparing.IsNotNull =>
            (Sql.Of($"SELECT s.run_id AS id FROM series s WHERE s.name = {metric.Name} AND {(IsRange(clause.How) ? sql.Compare(Ranks.Column(metric.Statistic), clause) : Sql.Of($"{Ranks.Column(metric.Statistic)} IS NOT NULL"))}"), true),
        Clause { Field: ParamField param } clause => (OfParam(param, clause, sql), false),
        Clause { Field: TagField tag } clause => (Sql.Of($"SELECT t.run_id AS id FROM run_tags t WHERE t.name = {tag.Name}{OfText("t.value", clause)}"), false),
        Clause { Field: AttributeField { Attribute.Indexed: true } } clause when IsRange(clause.How) =>
            (Sql.Of($"SELECT r.id AS id FROM runs r WHERE {sql.Condition(clause)}"), false),
        Clause { Field: AttributeField { Attribute.Name: "pinned" }, How: Comparing.Equal, Values: [Truth { Value: true }] } => (Sql.Of($"SELECT r.id AS id FROM runs r WHERE r.pinned"), false),
        AllOf all => all.Parts.Select(part => Candidate(part, sql)).FirstOrDefault(one => one is not null),
        AnyOf any when any.Parts.Select(part => Candidate(part, sql)).ToList() is var parts && parts.TrueForAll(one => one is not null) =>
            (Sql.Join(" UNION ALL ", parts.OfType<(Sql Ids, bool)>().Select(one => one.Ids)), parts.Exists(one => one is { Settled: true })),
        _ => null,
    };

    private static Sql OfParam(ParamField param, Clause clause, FilterSql sql)
    {
        var all = Sql.Of($"SELECT p.run_id AS id FROM run_params p WHERE p.name = {param.Name}");
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
