using System.Data.Common;
using System.Globalization;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// The order of a list of runs: by one field, then by id. Runs come in stretches: those with a value, then those without, so
/// that each stretch can be read along an index, from its beginning or from where the last page ended.
/// </summary>
internal sealed class RunOrder(Field by, bool descending, bool sqlite)
{
    public static RunOrder Parse(string? text, bool sqlite)
    {
        var (field, descending) = FilterParser.ParseOrder(text ?? "created_at");
        return new(field, descending ?? field is AttributeField { Attribute.Name: "created_at" }, sqlite);
    }

    public Field Field => by;

    public Sql Direction { get; } = Sql.Constant(descending ? "DESC" : "ASC");

    /// <summary>What a cursor remembers, so that it isn't used with another order.</summary>
    public override string ToString() => $"{by} {Direction}";

    public IReadOnlyList<Stretch> Stretches { get; } = by switch
    {
        MetricField { Statistic: Statistic.Last or Statistic.Min or Statistic.Max } metric => [Stretch.OfRankedMetric(metric), Stretch.Without(by)],
        MetricField metric => [Stretch.OfMetric(metric), Stretch.Without(by)],
        ParamField param => [Stretch.OfNumbers(param), Stretch.OfTexts(param), Stretch.Without(by)],
        TagField tag => [Stretch.OfTag(tag), Stretch.Without(by)],
        AttributeField { Attribute: { Nullable: true } attribute } => [Stretch.OfAttribute(attribute), Stretch.Without(by)],
        AttributeField { Attribute: var attribute } => [Stretch.OfAttribute(attribute)],
        _ => throw new ArgumentException($"There is no order by {by.GetType().Name}.", nameof(by)),
    };

    /// <summary>Behind a row of a stretch.</summary>
    public Sql Behind(StretchKind kind, Sql column, Sql runId, (string Value, string Id) last)
    {
        var beyond = Sql.Constant(descending ? "<" : ">");
        return kind is StretchKind.Nothing
            ? Sql.Of($"{runId} {beyond} {last.Id}")
            : Sql.Of($"({column}, {runId}) {beyond} ({Parameter(kind, last.Value)}, {last.Id})");
    }

    /// <summary>A row's value, as a cursor carries it.</summary>
    public static string Text(StretchKind kind, DbDataReader row, int column) => kind switch
    {
        StretchKind.Nothing => "",
        StretchKind.Number => Convert.ToDouble(row.GetValue(column), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        StretchKind.Time => (row.GetValue(column) is DateTime time ? UnixTime.ToMicroseconds(new(time)) : row.GetInt64(column)).ToString(CultureInfo.InvariantCulture),
        StretchKind.Truth => Convert.ToBoolean(row.GetValue(column), CultureInfo.InvariantCulture) ? "1" : "0",
        _ => row.GetString(column),
    };

    private Sql Parameter(StretchKind kind, string value) => kind switch
    {
        StretchKind.Number => Sql.Of($"{double.Parse(value, CultureInfo.InvariantCulture)}"),
        StretchKind.Time => new FilterSql(sqlite).Time(new Cursor("", value, "").Time),
        StretchKind.Truth => Sql.Constant(value == "1" ? "TRUE" : "FALSE"),
        _ => Sql.Of($"{value}"),
    };
}
