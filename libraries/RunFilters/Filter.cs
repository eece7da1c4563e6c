using System.Globalization;
using System.Text;

namespace Trainyard.RunFilters;

/// <summary>A condition on runs: <see cref="AllOf"/>, <see cref="AnyOf"/>, <see cref="Negation"/> or <see cref="Clause"/>.</summary>
public abstract record Filter
{
    /// <summary>The filter as text, which parses to an equal filter.</summary>
    public abstract override string ToString();
}

/// <summary>Holds if all parts hold: AND.</summary>
/// <param name="Parts">Two conditions or more.</param>
public sealed record AllOf(IReadOnlyList<Filter> Parts) : Filter
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(" AND ", Parts.Select(part => part is AllOf or AnyOf ? $"({part})" : part.ToString()));

    /// <summary>Compares the parts in order.</summary>
    public bool Equals(AllOf? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Count;
}

/// <summary>Holds if any part holds: OR.</summary>
/// <param name="Parts">Two conditions or more.</param>
public sealed record AnyOf(IReadOnlyList<Filter> Parts) : Filter
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(" OR ", Parts.Select(part => part is AnyOf ? $"({part})" : part.ToString()));

    /// <summary>Compares the parts in order.</summary>
    public bool Equals(AnyOf? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Count;
}

/// <summary>Holds if its condition does not: NOT.</summary>
/// <param name="Of">The condition.</param>
public sealed record Negation(Filter Of) : Filter
{
    /// <inheritdoc/>
    public override string ToString() => Of is AllOf or AnyOf ? $"NOT ({Of})" : $"NOT {Of}";
}

/// <summary>How a clause compares its field with its values.</summary>
public enum Comparison
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    AtMost,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    AtLeast,

    /// <summary>LIKE: <c>%</c> stands for anything, <c>_</c> for one character, <c>\</c> escapes the next one.</summary>
    Like,

    /// <summary>ILIKE: as <see cref="Like"/>, but ignores the case of A to Z.</summary>
    ILike,

    /// <summary>Equal to one of several values.</summary>
    In,

    /// <summary>Equal to none of several values.</summary>
    NotIn,

    /// <summary>The run does not have the field.</summary>
    IsNull,

    /// <summary>The run has the field.</summary>
    IsNotNull,

    /// <summary>The metric's last value is NaN.</summary>
    IsNan,

    /// <summary>The metric's last value is not NaN.</summary>
    IsNotNan,
}

/// <summary>A comparison. It is false for runs without the field: <see cref="Comparison.NotEqual"/> does not find them.</summary>
/// <param name="Field">What is compared.</param>
/// <param name="How">How it is compared.</param>
/// <param name="Values">One value, several for IN and NOT IN, none for IS. Their types fit the field.</param>
public sealed record Clause(Field Field, Comparison How, IReadOnlyList<Literal> Values) : Filter
{
    /// <inheritdoc/>
    public override string ToString() => How switch
    {
        Comparison.IsNull or Comparison.IsNotNull or Comparison.IsNan or Comparison.IsNotNan => $"{Field} {Words(How)}",
        Comparison.In or Comparison.NotIn => $"{Field} {Words(How)} ({string.Join(", ", Values)})",
        _ => $"{Field} {Words(How)} {Values[0]}",
    };

    /// <summary>Compares the values in order.</summary>
    public bool Equals(Clause? other) =>
        other is not null && Field == other.Field && How == other.How && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Field, How);

    /// <summary>The comparison as a filter writes it.</summary>
    public static string Words(Comparison how) => how switch
    {
        Comparison.Equal => "=",
        Comparison.NotEqual => "!=",
        Comparison.Less => "<",
        Comparison.AtMost => "<=",
        Comparison.Greater => ">",
        Comparison.AtLeast => ">=",
        Comparison.Like => "LIKE",
        Comparison.ILike => "ILIKE",
        Comparison.In => "IN",
        Comparison.NotIn => "NOT IN",
        Comparison.IsNull => "IS NULL",
        Comparison.IsNotNull => "IS NOT NULL",
        Comparison.IsNan => "IS NAN",
        _ => "IS NOT NAN",
    };
}

/// <summary>A value in a clause: <see cref="Number"/>, <see cref="Text"/> or <see cref="BooleanValue"/>.</summary>
public abstract record Literal
{
    /// <summary>The value as a filter writes it.</summary>
    public abstract override string ToString();
}

/// <summary>A number, which may be infinite but is not NaN.</summary>
/// <param name="Value">The number.</param>
public sealed record Number(double Value) : Literal
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A text in quotes.</summary>
/// <param name="Value">The text without quotes and escapes.</param>
public sealed record Text(string Value) : Literal
{
    /// <inheritdoc/>
    public override string ToString() => $"\"{new StringBuilder(Value).Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}

/// <summary><c>true</c> or <c>false</c>.</summary>
/// <param name="Value">Whether it is <c>true</c>.</param>
public sealed record BooleanValue(bool Value) : Literal
{
    /// <inheritdoc/>
    public override string ToString() => Value ? "true" : "false";
}
