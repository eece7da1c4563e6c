namespace Trainyard.RunFilters.Tests;

/// <summary>Random and hostile filters over few names and values, so that many of them match.</summary>
internal static class RandomFilters
{
    private static readonly Comparison[] OfNumbers =
        [Comparison.Equal, Comparison.NotEqual, Comparison.Less, Comparison.AtMost, Comparison.Greater, Comparison.AtLeast];

    public static readonly string[] Names = ["loss", "val/loss", "a.b", "quo`te", "it's \"so\"", "größe 😀"];
    public static readonly double[] Numbers = [0, 1, 2, -1.5, 0.1, 1e-7, 1e300, double.PositiveInfinity, double.NegativeInfinity];
    public static readonly string[] Texts = ["", "a", "A", "ab", "100%", "a_b", "it's", "\"", "\\", "a\\", "0.1", "1", "é", "😀",
        "x'; DROP TABLE runs; --", "*", "[a]", "?"];
    private static readonly string[] Patterns = ["%", "a%", "%b", "_", "A_", "100\\%", "%\\_%", "%'%", "", "\\", "[a]", "*", "?%", "é",
        "%😀", "a\\"];

    public static Filter Any(Random random, int depth) => depth == 0 || random.Next(3) == 0 ? One(random) : random.Next(3) switch
    {
        0 => new AllOf(Several(random, depth)),
        1 => new AnyOf(Several(random, depth)),
        _ => new Negation(Any(random, depth - 1)),
    };

    public static Clause One(Random random)
    {
        var name = Pick(random, Names);
        return random.Next(6) switch
        {
            0 or 1 => OfMetric(random, new(name, random.Next(2) == 0 ? Statistic.Last : Pick(random, Enum.GetValues<Statistic>()))),
            2 or 3 => OfParam(random, new(name)),
            4 => OfText(random, new TagField(name)),
            _ => OfAttribute(random),
        };
    }

    private static Clause OfMetric(Random random, MetricField metric) => random.Next(8) switch
    {
        0 => new(metric, Comparison.IsNull, []),
        1 => new(metric, Comparison.IsNotNull, []),
        2 when metric.Statistic is Statistic.Last => new(metric, random.Next(2) == 0 ? Comparison.IsNan : Comparison.IsNotNan, []),
        3 => new(metric, random.Next(2) == 0 ? Comparison.In : Comparison.NotIn, [Number(random), Number(random)]),
        _ => new(metric,
            Pick(random, OfNumbers),
            [Number(random)]),
    };

    private static Clause OfParam(Random random, ParamField param) => random.Next(3) switch
    {
        0 => new(param,
            Pick(random, OfNumbers),
            [Number(random)]),
        1 => new(param, random.Next(2) == 0 ? Comparison.In : Comparison.NotIn, [Number(random), Text(random), Text(random)]),
        _ => OfText(random, param),
    };

    private static Clause OfText(Random random, Field field) => random.Next(6) switch
    {
        0 => new(field, Comparison.IsNull, []),
        1 => new(field, Comparison.IsNotNull, []),
        2 => new(field, random.Next(2) == 0 ? Comparison.In : Comparison.NotIn, [Text(random), Text(random), Text(random)]),
        3 => new(field, random.Next(2) == 0 ? Comparison.Like : Comparison.ILike, [new Text(Pick(random, Patterns))]),
        _ => new(field, random.Next(2) == 0 ? Comparison.Equal : Comparison.NotEqual, [Text(random)]),
    };

    private static Clause OfAttribute(Random random) => random.Next(5) switch
    {
        0 => new(Attribute("status"), Pick(random, [Comparison.Equal, Comparison.NotEqual, Comparison.In]),
            [new Text(Pick(random, ["running", "completed", "failed"]))]),
        1 => OfText(random, Attribute("source")),
        2 => new(Attribute("spectral_norm"), random.Next(2) == 0 ? Comparison.Equal : Comparison.NotEqual,
            [new BooleanValue(random.Next(2) == 0)]),
        3 => new(Attribute("step"), Comparison.AtLeast, [new Number(random.Next(4))]),
        _ => new(Attribute("created_at"), random.Next(2) == 0 ? Comparison.Less : Comparison.AtLeast, [new Text("2026-03-04T12:00:00Z")]),
    };

    public static AttributeField Attribute(string name) => new(RunAttribute.Find(name) ?? throw new ArgumentException(name, nameof(name)));

    private static List<Filter> Several(Random random, int depth) =>
        [.. Enumerable.Range(0, 2 + random.Next(2)).Select(_ => Any(random, depth - 1))];

    private static Number Number(Random random) => new(Pick(random, Numbers));

    private static Text Text(Random random) => new(Pick(random, Texts));

    public static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
