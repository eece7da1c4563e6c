using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Trainyard.Contracts.TrainEvents;

/// <summary>
/// Text for channels that many may read: without absolute paths, addresses' paths and passwords, keys, and quoted passages, which may be
/// of a corpus.
/// </summary>
public static partial class PublicText
{
    /// <summary>The most characters of a message or a path.</summary>
    public const int MaxLength = 500;

    private const string Left = "…";
    private const int MaxQuoted = 48;
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;
    private const RegexOptions AnyCase = Linear | RegexOptions.IgnoreCase;
    private static readonly SearchValues<char> Quotes = SearchValues.Create("'\"`");
    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>What a message may show: one line.</summary>
    public static string Message(string? message)
    {
        var line = Address().Replace(Line(message ?? ""), "${scheme}" + Left);
        line = QuotedPath().Replace(line, match => match.Result("${quote}") + Name(match.Groups["path"].Value) + match.Result("${end}"));
        line = AbsolutePath().Replace(line, match => match.Result("${before}") + Name(match.Groups["path"].Value));
        line = NamedSecret().Replace(line, "${name}" + Left);
        line = LongWord().Replace(line, Left);
        line = WithoutPassages(line);
        return line.Length <= MaxLength ? line : string.Concat(line.AsSpan(0, MaxLength - 1), Left);
    }

    /// <summary>
    /// What a path may show: itself if it is relative, only its last name if it is absolute, an address or leads upwards.
    /// </summary>
    public static string PathOf(string path)
    {
        var isAddress = path.Contains("://", StringComparison.Ordinal);
        var plain = isAddress ? path.Split('?', '#')[0] : path;
        var parts = plain.Split(Separators);
        var isRelative = !isAddress && parts[0] is not ("" or "~") && !parts[0].Contains(':', StringComparison.Ordinal)
            && !parts.Contains("..", StringComparer.Ordinal);
        var shown = isRelative ? plain : Name(plain);
        return shown.Length <= MaxLength ? shown : string.Concat(Left, shown.AsSpan(shown.Length - MaxLength + 1));
    }

    /// <summary>The first line, or the last one of a traceback, which has the error.</summary>
    private static string Line(string message)
    {
        var lines = message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines switch
        {
            [] => "",
            [var first, .., var last] when first.StartsWith("Traceback", StringComparison.Ordinal) => last,
            [var first, ..] => first,
        };
    }

    /// <summary>
    /// Leaves long quotations out. A quotation starts at a word's beginning and ends at a word's end, which an apostrophe does not; one
    /// that does not end goes on to the end of the line.
    /// </summary>
    private static string WithoutPassages(string line)
    {
        var text = new StringBuilder();
        for (var at = 0; at < line.Length; at++)
        {
            if (!Quotes.Contains(line[at]) || (at > 0 && char.IsLetterOrDigit(line[at - 1])))
            {
                text.Append(line[at]);
                continue;
            }
            var end = at + 1;
            while (end < line.Length && (line[end] != line[at] || (end + 1 < line.Length && char.IsLetterOrDigit(line[end + 1]))))
            {
                end++;
            }
            text.Append(end - at - 1 <= MaxQuoted ? line.AsSpan(at, Math.Min(end + 1, line.Length) - at) : $"{line[at]}{Left}{line[at]}");
            at = end;
        }
        return text.ToString();
    }

    private static string Name(string path) => path.TrimEnd(Separators).Split(Separators)[^1] is { Length: > 0 } name ? name : Left;

    [GeneratedRegex("(?<scheme>[a-z][a-z0-9+.-]*://)[^\\s'\"`<>]+", AnyCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<quote>['""`])(?<path>(~?/|[A-Za-z]:[\\/]|\\\\)[^'""`]*)(?<end>['""`])", Linear)]
    private static partial Regex QuotedPath();

    [GeneratedRegex(@"(?<before>^|[\s(\[{<='""`,;:/])(?<path>(~?/[^\s/…'""`]|[A-Za-z]:[\\/]|\\\\)[^\s'""`,;()<>\[\]{}]*)", Linear)]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(
        @"(?<name>(pass(word|wd)?|pwd|secret|token|credentials?|authorization|(api|access|account)[-_ ]?key)['""]?\s*[=:]\s*['""]?"
        + @"((bearer|basic)\s+)?|bearer\s+)(?<value>[^\s'"",;]+)", AnyCase)]
    private static partial Regex NamedSecret();

    [GeneratedRegex("[A-Za-z0-9_+/=-]{32,}", Linear)]
    private static partial Regex LongWord();
}
