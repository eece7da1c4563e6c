using System.Data.Common;
using System.Globalization;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// The order of a run list: by one field, then by id. Runs with a value form the first segments, runs without one the last. Each segment
/// can be read along an index, from its start or from where the previous page ended.
/// </summary>
internal sealed class RunOrder(Field by, bool descending, bool sqlite)
{
    public static RunOrder Parse(string? text, bool sqlite)
    {
        var (field, descending) = RequestFilter.ParseOrder(text ?? "created_at");
        return new(field, descending ?? field is AttributeField { Attribute.Name: "created_at" }, sqlite);
    }

    public Field Field => by;

    public Sql Direction { get; } = Sql.Constant(descending ? "DESC" : "ASC");

    /// <summary>Stored in a cursor, so that it is refused with another order.</summary>
    public override string ToString() => $"{by} {Direction}";

    public IReadOnlyList<OrderSegment> Segments { get; } = by switch
    {
        MetricField { Statistic: Statistic.Last or Statistic.Min or Statistic.Max } metric =>
            [OrderSegment.OfSortedMetric(metric), OrderSegment.Without(by)],
        MetricField metric => [OrderSegment.OfMetric(metric), OrderSegment.Without(by)],
        ParamField param => [OrderSegment.OfNumbers(param), OrderSegment.OfTexts(param), OrderSegment.Without(by)],
        TagField tag => [OrderSegment.OfTag(tag), OrderSegment.Without(by)],
        AttributeField { Attribute: { Nullable: true } attribute } => [OrderSegment.OfAttribute(attribute), OrderSegment.Without(by)],
        AttributeField { Attribute: var attribute } => [OrderSegment.OfAttribute(attribute)],
        _ => throw new ArgumentException($"There is no order by {by.GetType().Name}.", nameof(by)),
    };

    /// <summary>The condition for rows after the previous page's last row.</summary>
    public Sql Behind(OrderSegmentKind kind, Sql column, Sql runId, (string Value, string Id) last)
    {
        var beyond = Sql.Constant(descending ? "<" : ">");
        return kind is OrderSegmentKind.Nothing
            ? Sql.Of($"{runId} {beyond} {last.Id}")
            : Sql.Of($"({column}, {runId}) {beyond} ({Parameter(kind, last.Value)}, {last.Id})");
    }

    /// <summary>A row's value as a cursor stores it.</summary>
    public static string Text(OrderSegmentKind kind, DbDataReader row, int column) => kind switch
    {
        OrderSegmentKind.Nothing => "",
        OrderSegmentKind.Number => Convert.ToDouble(row.GetValue(column), CultureInfo.InvariantCulture)
            .ToString("R", CultureInfo.InvariantCulture),
        OrderSegmentKind.Time => (row.GetValue(column) is DateTime time ? UnixTime.ToMicroseconds(new(time)) : row.GetInt64(column))
            .ToString(CultureInfo.InvariantCulture),
        OrderSegmentKind.Boolean => Convert.ToBoolean(row.GetValue(column), CultureInfo.InvariantCulture) ? "1" : "0",
        _ => row.GetString(column),
    };

    private Sql Parameter(OrderSegmentKind kind, string value) => kind switch
    {
        OrderSegmentKind.Number => Sql.Of($"{double.Parse(value, CultureInfo.InvariantCulture)}"),
        OrderSegmentKind.Time => new FilterSql(sqlite).Time(new Cursor("", value, "").Time),
        OrderSegmentKind.Boolean => Sql.Constant(value == "1" ? "TRUE" : "FALSE"),
        _ => Sql.Of($"{value}"),
    };
}
