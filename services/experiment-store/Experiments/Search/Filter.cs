using System.Globalization;
using System.Text;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>A condition on runs. Its text parses to an equal filter.</summary>
internal abstract record Filter
{
    public abstract override string ToString();
}

internal sealed record AllOf(IReadOnlyList<Filter> Parts) : Filter
{
    public override string ToString() => string.Join(" AND ", Parts.Select(part => part is AllOf or AnyOf ? $"({part})" : part.ToString()));

    public bool Equals(AllOf? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Parts.Count;
}

internal sealed record AnyOf(IReadOnlyList<Filter> Parts) : Filter
{
    public override string ToString() => string.Join(" OR ", Parts.Select(part => part is AnyOf ? $"({part})" : part.ToString()));

    public bool Equals(AnyOf? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Parts.Count;
}

internal sealed record Inverse(Filter Of) : Filter
{
    public override string ToString() => Of is AllOf or AnyOf ? $"NOT ({Of})" : $"NOT {Of}";
}

internal enum Comparing
{
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Like,
    LikeInAnyCase,
    In,
    NotIn,
    IsNull,
    IsNotNull,
    IsNan,
    IsNotNan,
}

/// <summary>A comparison. It is false for runs without the field: <see cref="Comparing.NotEqual"/> does not find them.</summary>
internal sealed record Clause(Field Field, Comparing How, IReadOnlyList<Literal> Values) : Filter
{
    public override string ToString() => How switch
    {
        Comparing.IsNull or Comparing.IsNotNull or Comparing.IsNan or Comparing.IsNotNan => $"{Field} {Words(How)}",
        Comparing.In or Comparing.NotIn => $"{Field} {Words(How)} ({string.Join(", ", Values)})",
        _ => $"{Field} {Words(How)} {Values[0]}",
    };

    public bool Equals(Clause? other) =>
        other is not null && Field == other.Field && How == other.How && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => HashCode.Combine(Field, How);

    public static string Words(Comparing how) => how switch
    {
        Comparing.Equal => "=",
        Comparing.NotEqual => "!=",
        Comparing.Less => "<",
        Comparing.AtMost => "<=",
        Comparing.Greater => ">",
        Comparing.AtLeast => ">=",
        Comparing.Like => "LIKE",
        Comparing.LikeInAnyCase => "ILIKE",
        Comparing.In => "IN",
        Comparing.NotIn => "NOT IN",
        Comparing.IsNull => "IS NULL",
        Comparing.IsNotNull => "IS NOT NULL",
        Comparing.IsNan => "IS NAN",
        _ => "IS NOT NAN",
    };
}

/// <summary>A value in a clause.</summary>
internal abstract record Literal
{
    public abstract override string ToString();
}

internal sealed record Number(double Value) : Literal
{
    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
}

internal sealed record Text(string Value) : Literal
{
    public override string ToString() => $"\"{new StringBuilder(Value).Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}

internal sealed record Truth(bool Value) : Literal
{
    public override string ToString() => Value ? "true" : "false";
}
