using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Trainyard.Contracts.Training;

namespace Trainyard.Notifier.Messages;

/// <summary>
/// Cleans the few texts in messages that people choose, such as names: without paths, addresses and keys. Everything else in a message is a
/// number, a code or a fixed phrase.
/// </summary>
internal static partial class Privacy
{
    private const int MaxName = 80;
    private const string LeftOut = "…";

    /// <summary>A name without paths, keys and control characters, of at most 80 characters.</summary>
    public static string Clean(string? name)
    {
        var visible = new string([.. (name ?? "").Normalize(NormalizationForm.FormC).Where(IsVisible)]);
        var clean = Secret().Replace(Located().Replace(visible, LeftOut), LeftOut).Trim();
        if (clean.Length <= MaxName)
        {
            return clean;
        }
        var end = char.IsHighSurrogate(clean[MaxName - 2]) ? MaxName - 2 : MaxName - 1;
        return clean[..end] + LeftOut;
    }

    /// <summary>A metric's name. That of an evaluation on another text contains the text's path.</summary>
    public static string CleanMetric(string metric) =>
        metric.StartsWith(MetricNames.EvaluationPrefix, StringComparison.Ordinal) && metric.LastIndexOf('/') is > 4 and var at
            ? $"eval {Clean(metric[(at + 1)..])}"
            : Clean(metric.Replace('/', ' '));

    private static bool IsVisible(char letter) => char.IsSurrogate(letter) || CharUnicodeInfo.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    [GeneratedRegex(@"\S*[/\\]\S*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Located();

    // Known forms of keys, and words too long and too mixed to be chosen by a person.
    [GeneratedRegex(
        @"\b(ty-[0-9a-f]{16,}|xox[a-z]-\S+|hf_\w{16,}|sk-\S{16,}|gh[opsu]_\w{16,}|AKIA[A-Z0-9]{12,}|eyJ\S{16,})"
        + @"|\b(?=\w*[0-9])(?=\w*[A-Za-z])[\w+=]{32,}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
