using System.Text;
using System.Text.RegularExpressions;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Tests.Experiments.Search;

/// <summary>A run as the search should see it.</summary>
internal sealed record ModelRun(
    string Id, Dictionary<string, List<double>> Metrics, Dictionary<string, string> Params, Dictionary<string, string> Tags)
{
    public string Status { get; set; } = "running";

    public string? Source { get; init; }

    public bool? SpectralNorm { get; init; }

    public long? Step { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset StartedAt { get; init; }
}

/// <summary>A plain implementation of docs/search.md.</summary>
internal static class SearchModel
{
    public static bool Holds(Filter filter, ModelRun run) => filter switch
    {
        AllOf all => all.Parts.All(part => Holds(part, run)),
        AnyOf any => any.Parts.Any(part => Holds(part, run)),
        Negation negation => !Holds(negation.Of, run),
        Clause clause => Holds(clause, Value(clause.Field, run)),
        _ => throw new ArgumentException(filter.ToString(), nameof(filter)),
    };

    /// <summary>A number (or NaN), text, truth or time; null if the run has none.</summary>
    public static object? Value(Field field, ModelRun run) => field switch
    {
        MetricField { Name: var name, Statistic: var statistic } => run.Metrics.TryGetValue(name, out var values)
            ? Of(values, statistic)
            : null,
        ParamField param => run.Params.GetValueOrDefault(param.Name),
        TagField tag => run.Tags.GetValueOrDefault(tag.Name),
        AttributeField { Attribute.Name: var name } => name switch
        {
            "run_id" or "name" => run.Id,
            "status" => run.Status,
            "source" => run.Source,
            "spectral_norm" => run.SpectralNorm,
            "step" => run.Step is { } step ? (double)step : null,
            "created_at" => run.CreatedAt,
            "started_at" => run.StartedAt,
            _ => throw new ArgumentException(name, nameof(field)),
        },
        _ => throw new ArgumentException(field.ToString(), nameof(field)),
    };

    public static double? NumberOf(string text) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private static object? Of(List<double> values, Statistic statistic)
    {
        var finite = values.Where(double.IsFinite).ToList();
        return statistic switch
        {
            Statistic.Last => values[^1],
            Statistic.Min => finite.Count == 0 ? null : finite.Min(),
            Statistic.Max => finite.Count == 0 ? null : finite.Max(),
            Statistic.Count => (double)values.Count,
            Statistic.NanCount => (double)values.Count(double.IsNaN),
            Statistic.InfiniteCount => (double)values.Count(double.IsInfinity),
            Statistic.LastStep => (double)values.Count - 1,
            Statistic.MinStep => finite.Count == 0 ? null : (double)values.IndexOf(finite.Min()),
            _ => finite.Count == 0 ? null : (double)values.IndexOf(finite.Max()),
        };
    }

    private static bool Holds(Clause clause, object? value) => clause.How switch
    {
        Comparison.IsNull => value is null,
        Comparison.IsNotNull => value is not null,
        Comparison.IsNan => value is double.NaN,
        Comparison.IsNotNan => value is double and not double.NaN,
        _ when value is null or double.NaN => false,
        Comparison.In => clause.Values.Any(literal => Equal(value, literal) is true),
        Comparison.NotIn => clause.Values.All(literal => Equal(value, literal) is false
            || (Equal(value, literal) is null && clause.Values.Any(listed => listed is Text))),
        Comparison.Equal => Equal(value, clause.Values[0]) is true,
        Comparison.NotEqual => Equal(value, clause.Values[0]) is false,
        Comparison.Like => Like((string)value, ((Text)clause.Values[0]).Value),
        Comparison.ILike => Like(Lower((string)value), Lower(((Text)clause.Values[0]).Value)),
        _ => Compare(value, clause.Values[0]) is { } order && clause.How switch
        {
            Comparison.Less => order < 0,
            Comparison.AtMost => order <= 0,
            Comparison.Greater => order > 0,
            _ => order >= 0,
        },
    };

    /// <summary>Null if a text is compared with a number but does not parse as one.</summary>
    private static bool? Equal(object value, Literal literal) => (value, literal) switch
    {
        (string text, Number) => NumberOf(text) is null ? null : Compare(value, literal) == 0,
        (string text, Text other) => text == other.Value,
        (bool truth, BooleanValue other) => truth == other.Value,
        _ => Compare(value, literal) == 0,
    };

    private static int? Compare(object value, Literal literal) => (value, literal) switch
    {
        (double number, Number other) => number.CompareTo(other.Value),
        (string text, Number other) => NumberOf(text)?.CompareTo(other.Value),
        (DateTimeOffset time, _) => time.CompareTo(FilterParser.ToTime(literal)),
        _ => throw new ArgumentException($"{value} and {literal}", nameof(literal)),
    };

    private static bool Like(string text, string pattern)
    {
        var regex = new StringBuilder("^");
        for (var index = 0; index < pattern.Length; index++)
        {
            if (pattern[index] == '\\' && index + 1 < pattern.Length)
            {
                index++;
                regex.Append(Regex.Escape(pattern[index].ToString()));
            }
            else
            {
                regex.Append(pattern[index] switch
                {
                    '%' => ".*",
                    '_' => "(?:[\ud800-\udbff][\udc00-\udfff]|[^\ud800-\udfff])",
                    var plain => Regex.Escape(plain.ToString()),
                });
            }
        }
        const RegexOptions Options = RegexOptions.Singleline | RegexOptions.CultureInvariant;
        return Regex.IsMatch(text, regex.Append("\\z").ToString(), Options, TimeSpan.FromSeconds(1));
    }

    private static string Lower(string text) =>
        string.Concat(text.Select(letter => char.IsAsciiLetterUpper(letter) ? char.ToLowerInvariant(letter) : letter));

    /// <summary>
    /// Orders ids: values first, numbers before texts, then by id. Descending order reverses all of it, but runs without a value stay last.
    /// </summary>
    public static List<string> Ordered(IEnumerable<ModelRun> runs, Field field, bool descending)
    {
        var keyed = runs.Select(run => (Key: Key(field, Value(field, run)), run.Id)).ToList();
        keyed.Sort((left, right) =>
        {
            var place = left.Key.Place.CompareTo(right.Key.Place);
            var order = (left.Key.Value, right.Key.Value) switch
            {
                _ when place != 0 => 0,
                (string text, string with) => Bytes(text, with),
                (IComparable value, IComparable with) => value.CompareTo(with),
                _ => 0,
            };
            order = order != 0 ? order : Bytes(left.Id, right.Id);
            return place != 0 ? place : descending ? -order : order;
        });
        return [.. keyed.Select(left => left.Id)];
    }

    private static (int Place, object? Value) Key(Field field, object? value) => (field, value) switch
    {
        (_, null or double.NaN) => (2, null),
        (ParamField, string text) => NumberOf(text) is { } number ? (0, number) : (1, text),
        _ => (0, value),
    };

    private static int Bytes(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
