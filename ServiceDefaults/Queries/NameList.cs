using System.Text;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Queries;

/// <summary>
/// Names in a query. A single parameter holds a comma-separated list, where <c>"a,b"</c> or <c>`a,b`</c> is one name with a comma in it.
/// Repeated parameters hold one literal name each.
/// </summary>
public static class NameList
{
    /// <summary>The distinct names in order; null if there is no parameter.</summary>
    /// <exception cref="TrainyardException">CONFIG_INVALID: a quote is not closed.</exception>
    public static List<string>? Parse(string[]? given, string parameter) => given switch
    {
        null or [] => null,
        [var list] => [.. Split(list, parameter).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)],
        _ => [.. given.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)],
    };

    private static IEnumerable<string> Split(string list, string parameter)
    {
        for (var at = 0; at < list.Length; at++)
        {
            if (list[at] is '"' or '`')
            {
                yield return Quoted(list, ref at, parameter);
            }
            else
            {
                var end = list.IndexOf(',', at) is >= 0 and var comma ? comma : list.Length;
                yield return list[at..end];
                at = end;
            }
        }
    }

    /// <summary>Reads a quoted name, with doubled quotes as escapes, and leaves <paramref name="at"/> at the comma behind it.</summary>
    private static string Quoted(string list, ref int at, string parameter)
    {
        var (quote, name) = (list[at], new StringBuilder());
        for (at++; at < list.Length; at++)
        {
            if (list[at] != quote)
            {
                name.Append(list[at]);
            }
            else if (at + 1 < list.Length && list[at + 1] == quote)
            {
                name.Append(list[++at]);
            }
            else if (++at == list.Length || list[at] == ',')
            {
                return name.ToString();
            }
            else
            {
                break;
            }
        }
        throw new TrainyardException(ErrorCode.ConfigInvalid, [new(parameter,
            $"must be names separated by commas; a name that starts with {quote} must end with {quote}, and {quote} inside it is doubled. "
            + "Or repeat the parameter, once for each name")]);
    }
}
