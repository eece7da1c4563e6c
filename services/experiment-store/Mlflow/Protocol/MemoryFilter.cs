using System.Text;
using System.Text.RegularExpressions;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>Evaluates a filter on an object in memory. A clause is false if the object lacks the field, as in SQL.</summary>
/// <param name="valueOf">The object's text or number of a field; null if it has none.</param>
internal sealed class MemoryFilter(Func<Field, object?> valueOf)
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    public bool Matches(Filter filter) => filter switch
    {
        AllOf all => all.Parts.All(Matches),
        AnyOf any => any.Parts.Any(Matches),
        Negation negation => !Matches(negation.Of),
        Clause clause => Matches(clause),
        _ => throw new ArgumentException($"A filter has no {filter.GetType().Name}.", nameof(filter)),
    };

    /// <summary>Compares values of one field: numbers, or texts by their characters. Absent values come last in either direction.</summary>
    public static int Compare(object? one, object? other, bool descending) => (one, other) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        (string text, string second) => string.CompareOrdinal(text, second) * (descending ? -1 : 1),
        (double number, double second) => number.CompareTo(second) * (descending ? -1 : 1),
        _ => throw new ArgumentException("The values of a field are of one type.", nameof(one)),
    };

    private bool Matches(Clause clause) => (valueOf(clause.Field), clause.How) switch
    {
        (var value, Comparison.IsNull) => value is null,
        (var value, Comparison.IsNotNull) => value is not null,
        (null, _) => false,
        (string text, Comparison.Like) => Pattern(clause, RegexOptions.None).IsMatch(text),
        (string text, Comparison.ILike) => Pattern(clause, RegexOptions.IgnoreCase).IsMatch(text),
        (string text, Comparison.In) => clause.Values.Any(value => TextOf(value) == text),
        (string text, Comparison.NotIn) => clause.Values.All(value => TextOf(value) != text),
        (string text, var how) => Holds(how, string.CompareOrdinal(text, TextOf(clause.Values[0]))),
        (double number, var how) when NumberOf(clause.Values[0]) is { } second => Holds(how, number.CompareTo(second)),
        _ => false,
    };

    private static bool Holds(Comparison how, int order) => how switch
    {
        Comparison.Equal => order == 0,
        Comparison.NotEqual => order != 0,
        Comparison.Less => order < 0,
        Comparison.AtMost => order <= 0,
        Comparison.Greater => order > 0,
        Comparison.AtLeast => order >= 0,
        _ => false,
    };

    private static string TextOf(Literal literal) => literal is Text text ? text.Value : literal.ToString();

    private static double? NumberOf(Literal literal) => literal switch
    {
        Number number => number.Value,
        Text time => FilterParser.ToTime(time).ToUnixTimeMilliseconds(),
        _ => null,
    };

    private static Regex Pattern(Clause clause, RegexOptions options)
    {
        var (pattern, built) = (TextOf(clause.Values[0]), new StringBuilder("^"));
        for (var index = 0; index < pattern.Length; index++)
        {
            switch (pattern[index])
            {
                case '%':
                    built.Append(".*");
                    break;
                case '_':
                    built.Append('.');
                    break;
                default:
                    index += pattern[index] == '\\' && index + 1 < pattern.Length ? 1 : 0;
                    built.Append(Regex.Escape(pattern[index].ToString()));
                    break;
            }
        }
        // Linear in the text, whatever the pattern.
        const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant;
        return new(built.Append('$').ToString(), options | Linear, MatchLimit);
    }
}
