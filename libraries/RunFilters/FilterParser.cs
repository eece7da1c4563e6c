using System.Globalization;

namespace Trainyard.RunFilters;

/// <summary>
/// Parses filters and orders of runs. The language is MLflow's search language
/// (<c>search_runs</c>) with OR, NOT, parentheses, IN, IS NULL, IS NAN and statistics of metrics:
/// <code>
/// any    = all { OR all }
/// all    = one { AND one }
/// one    = NOT one | "(" any ")" | clause
/// clause = field comparison
/// field  = [ statistic "(" ] ( metrics | params | tags | attributes ) "." key [ ")" ] | attribute
/// </code>
/// </summary>
public sealed class FilterParser
{
    private const string Fields = "metrics.NAME, params.NAME, tags.NAME or attributes.NAME";

    private readonly FilterText text;
    private readonly FilterLimits limits;
    private readonly FilterAttributes attributes;
    private int depth;
    private int clauses;
    private int values;

    private FilterParser(string source, FilterLimits? limits, FilterAttributes? attributes)
    {
        this.limits = limits ??= FilterLimits.Default;
        this.attributes = attributes ?? FilterAttributes.OfRuns;
        text = new(source.Length <= limits.Characters
            ? source
            : throw new FilterSyntaxException($"must have at most {limits.Characters} characters, not {source.Length}"));
    }

    /// <summary>Parses a filter.</summary>
    /// <param name="source">The text.</param>
    /// <param name="limits">The limits; null for the default ones.</param>
    /// <param name="attributes">What can be searched beside metrics, parameters and tags; null for the attributes of runs.</param>
    /// <exception cref="FilterSyntaxException">The text is not a filter, or exceeds a limit.</exception>
    public static Filter Parse(string source, FilterLimits? limits = null, FilterAttributes? attributes = null)
    {
        var parser = new FilterParser(source, limits, attributes);
        var filter = parser.Any();
        return parser.text.AtEnd ? filter : throw parser.text.Refuse("expected AND, OR or the end");
    }

    /// <summary>Parses a field, optionally followed by <c>asc</c> or <c>desc</c>; null if neither follows.</summary>
    /// <param name="source">The text.</param>
    /// <param name="limits">The limits; null for the default ones.</param>
    /// <param name="attributes">What can be ordered by beside metrics, parameters and tags; null for the attributes of runs.</param>
    /// <exception cref="FilterSyntaxException">The text is not an order, or exceeds a limit.</exception>
    public static (Field Field, bool? Descending) ParseOrder(
        string source, FilterLimits? limits = null, FilterAttributes? attributes = null)
    {
        var parser = new FilterParser(source, limits, attributes);
        var field = parser.Field();
        bool? descending = parser.text.TakeWord("desc") ? true : parser.text.TakeWord("asc") ? false : null;
        return parser.text.AtEnd ? (field, descending) : throw parser.text.Refuse("expected asc, desc or the end");
    }

    private Filter Any()
    {
        var parts = new List<Filter> { All() };
        while (text.TakeWord("OR"))
        {
            parts.Add(All());
        }
        return parts is [var single] ? single : new AnyOf(parts);
    }

    private Filter All()
    {
        var parts = new List<Filter> { One() };
        while (text.TakeWord("AND"))
        {
            parts.Add(One());
        }
        return parts is [var single] ? single : new AllOf(parts);
    }

    private Filter One()
    {
        var at = text.Position;
        var inverse = text.TakeWord("NOT");
        if (!inverse && !text.Take('('))
        {
            return ++clauses <= limits.Clauses ? Clause() : throw text.Refuse($"there are more than {limits.Clauses} clauses");
        }
        if (++depth > limits.Depth)
        {
            throw text.Refuse($"it is nested more than {limits.Depth} deep", at);
        }
        var inner = inverse ? new Negation(One()) : Any();
        depth--;
        if (!inverse)
        {
            text.Require(')', "AND, OR or )");
        }
        return inner;
    }

    private Clause Clause()
    {
        var field = Field();
        var at = text.Position;
        var how = How();
        Check(field, how, at);
        if (how is Comparison.IsNull or Comparison.IsNotNull or Comparison.IsNan or Comparison.IsNotNan)
        {
            return new(field, how, []);
        }
        if (how is not (Comparison.In or Comparison.NotIn))
        {
            return new(field, how, [Value(field, how)]);
        }
        text.Require('(', "( and the values");
        var list = new List<Literal>();
        do
        {
            list.Add(Value(field, how));
        }
        while (text.Take(','));
        text.Require(')', ", or )");
        return new(field, how, list);
    }

    private Field Field()
    {
        var at = text.Position;
        var word = text.PeekWord() ?? throw text.Refuse($"expected {Fields}");
        text.TakeWord(word);
        if (text.Take('('))
        {
            var statistic = MetricField.Statistics.TryGetValue(word, out var known)
                ? known
                : throw text.Refuse($"expected one of {string.Join(", ", MetricField.Statistics.Keys)} in front of (", at);
            var inner = text.Position;
            var metric = Field() as MetricField ?? throw text.Refuse("expected metrics.NAME", inner);
            text.Require(')', ")");
            return metric with { Statistic = statistic };
        }
        if (!text.Take('.'))
        {
            return attributes.Find(word) ?? throw text.Refuse($"expected {Fields}", at);
        }
        var keyAt = text.Position;
        switch (word.ToUpperInvariant())
        {
            case "METRICS" or "METRIC":
                return new MetricField(text.Key(limits.MetricName), Statistic.Last);
            case "PARAMS" or "PARAM" or "PARAMETERS" or "PARAMETER":
                var quoted = text.IsQuoted;
                var param = text.Key(limits.ParamName);
                return new ParamField(param, Literal: quoted && param.Contains('.', StringComparison.Ordinal));
            case "TAGS" or "TAG":
                return new TagField(text.Key(limits.TagName));
            case "ATTRIBUTES" or "ATTRIBUTE" or "ATTR" or "RUN":
                var name = text.Key(128);
                return attributes.Find(name) ?? throw text.Refuse($"expected an attribute: one of {attributes.Names}", keyAt);
            default:
                throw text.Refuse($"expected {Fields}", at);
        }
    }

    private Comparison How()
    {
        var how = text switch
        {
            _ when text.Take("!=") || text.Take("<>") => Comparison.NotEqual,
            _ when text.Take("<=") => Comparison.AtMost,
            _ when text.Take(">=") => Comparison.AtLeast,
            _ when text.Take('<') => Comparison.Less,
            _ when text.Take('>') => Comparison.Greater,
            _ when text.Take("==") || text.Take('=') => Comparison.Equal,
            _ when text.TakeWord("LIKE") => Comparison.Like,
            _ when text.TakeWord("ILIKE") => Comparison.ILike,
            _ when text.TakeWord("IN") => Comparison.In,
            _ => (Comparison?)null,
        };
        if (how is { } found)
        {
            return found;
        }
        if (text.TakeWord("NOT"))
        {
            return text.TakeWord("IN") ? Comparison.NotIn : throw text.Refuse("expected IN");
        }
        if (!text.TakeWord("IS"))
        {
            throw text.Refuse("expected a comparison (=, !=, <, <=, >, >=, LIKE, ILIKE, IN, NOT IN, IS)");
        }
        var not = text.TakeWord("NOT");
        return text.TakeWord("NULL") ? not ? Comparison.IsNotNull : Comparison.IsNull
            : text.TakeWord("NAN") ? not ? Comparison.IsNotNan : Comparison.IsNan
            : throw text.Refuse(not ? "expected NULL or NAN" : "expected NULL, NAN or NOT");
    }

    private void Check(Field field, Comparison how, int at)
    {
        var fits = (field, how) switch
        {
            (_, Comparison.IsNull or Comparison.IsNotNull) => true,
            (MetricField { Statistic: Statistic.Last }, Comparison.IsNan or Comparison.IsNotNan) => true,
            (_, Comparison.IsNan or Comparison.IsNotNan) => false,
            (MetricField, Comparison.Like or Comparison.ILike) => false,
            (MetricField or ParamField, _) => true,
            (TagField or AttributeField { Attribute.Kind: AttributeKind.Text }, _) =>
                how is not (Comparison.Less or Comparison.AtMost or Comparison.Greater or Comparison.AtLeast),
            (AttributeField { Attribute.Kind: AttributeKind.Number or AttributeKind.Time }, _) =>
                how is not (Comparison.Like or Comparison.ILike),
            (AttributeField { Attribute.Kind: AttributeKind.Status }, _) =>
                how is Comparison.Equal or Comparison.NotEqual or Comparison.In or Comparison.NotIn,
            _ => how is Comparison.Equal or Comparison.NotEqual,
        };
        if (!fits)
        {
            throw text.Refuse($"{RunFilters.Clause.Words(how)} does not apply to {field}", at);
        }
    }

    private Literal Value(Field field, Comparison how)
    {
        if (++values > limits.Values)
        {
            throw text.Refuse($"there are more than {limits.Values} values");
        }
        var at = text.Position;
        var literal = Read();
        var ordered = how is Comparison.Less or Comparison.AtMost or Comparison.Greater or Comparison.AtLeast;
        return (field, literal) switch
        {
            (MetricField or AttributeField { Attribute.Kind: AttributeKind.Number }, Number) => literal,
            (MetricField or AttributeField { Attribute.Kind: AttributeKind.Number }, _) => throw text.Refuse("expected a number", at),
            (_, Number) when how is Comparison.Like or Comparison.ILike => throw text.Refuse("expected a text in quotes", at),
            (ParamField, Text or BooleanValue) when ordered => throw text.Refuse("expected a number", at),
            (ParamField, BooleanValue truth) => new Text(truth.ToString()),
            (ParamField, _) => literal,
            (AttributeField { Attribute.Kind: AttributeKind.Boolean }, BooleanValue) => literal,
            (AttributeField { Attribute.Kind: AttributeKind.Boolean }, _) => throw text.Refuse("expected true or false", at),
            (AttributeField { Attribute.Kind: AttributeKind.Status }, Text status) => new Text(
                RunAttribute.FindStatus(status.Value)
                    ?? throw text.Refuse($"expected a status ({string.Join(", ", RunAttribute.Statuses)})", at)),
            (AttributeField { Attribute.Kind: AttributeKind.Time }, Number { Value: > -62_000_000_000_000 and < 250_000_000_000_000 }) =>
                literal,
            (AttributeField { Attribute.Kind: AttributeKind.Time }, Text time) when IsTime(time.Value) => literal,
            (AttributeField { Attribute.Kind: AttributeKind.Time }, _) =>
                throw text.Refuse("expected a time: milliseconds since 1970, or a text such as \"2026-03-04T12:00:00Z\"", at),
            (_, Text) => literal,
            _ => throw text.Refuse("expected a text in quotes", at),
        };
    }

    private Literal Read()
    {
        if (text.TakeText(out var quoted))
        {
            return new Text(quoted);
        }
        if (text.TakeNumber(out var number))
        {
            return new Number(number);
        }
        var at = text.Position;
        return text.TakeWord("true") ? new BooleanValue(true)
            : text.TakeWord("false") ? new BooleanValue(false)
            : throw text.Refuse(text.TakeWord("nan") ? "NaN equals nothing: write IS NAN" : "expected a number or a text in quotes", at);
    }

    /// <summary>
    /// The time that a value of a time attribute means: a number is milliseconds since 1970, a text without an offset UTC.
    /// </summary>
    /// <exception cref="ArgumentException">The value is neither a number nor a text.</exception>
    public static DateTimeOffset ToTime(Literal literal) => literal switch
    {
        Number { Value: var milliseconds } =>
            DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond)),
        Text { Value: var time } =>
            DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime(),
        _ => throw new ArgumentException("A time is a number or a text.", nameof(literal)),
    };

    private static bool IsTime(string time) =>
        time.Length <= 40 && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
