using System.Text;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// A LIKE pattern: <c>%</c> stands for anything, <c>_</c> for one character, <c>\</c> escapes the next one. SQLite's LIKE always ignores
/// the case of ASCII letters; its GLOB does not.
/// </summary>
internal static class Pattern
{
    public static string ForLike(string pattern) =>
        Translate(pattern, "%", "_", plain => plain is '%' or '_' or '\\' ? $"\\{plain}" : null);

    public static string ForGlob(string pattern) => Translate(pattern, "*", "?", plain => plain is '*' or '?' or '[' ? $"[{plain}]" : null);

    /// <summary>A pattern that matches this text anywhere.</summary>
    public static string Containing(string text) => $"%{ForLikeLiteral(text)}%";

    private static string ForLikeLiteral(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    private static string Translate(string pattern, string any, string single, Func<char, string?> escape)
    {
        var built = new StringBuilder();
        for (var index = 0; index < pattern.Length; index++)
        {
            switch (pattern[index])
            {
                case '%':
                    built.Append(any);
                    break;
                case '_':
                    built.Append(single);
                    break;
                default:
                    // A trailing backslash is literal.
                    index += pattern[index] == '\\' && index + 1 < pattern.Length ? 1 : 0;
                    _ = escape(pattern[index]) is { } escaped ? built.Append(escaped) : built.Append(pattern[index]);
                    break;
            }
        }
        return built.ToString();
    }
}
