using System.Text;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Queries;

/// <summary>
/// Names in a query. One parameter holds a list separated by commas, where <c>"a,b"</c> or <c>`a,b`</c> is one name with a comma in it.
/// Several parameters hold
/// one name each, exactly as it is.
/// </summary>
public static class NameList
{
    /// <summary>Each name once, in order; null when nothing was given.</summary>
    /// <exception cref="TrainyardException">CONFIG_INVALID: a quote does not end.</exception>
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

    /// <summary>
    /// The name between quotes, a doubled one of which stands for itself; leaves <paramref name="at"/> at the comma behind it.
    /// </summary>
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
            $"must be names separated by commas; one that begins with {quote} ends with {quote}, and {quote}{quote} in it stands for one. Or give each name as a parameter of its own")]);
    }
}
