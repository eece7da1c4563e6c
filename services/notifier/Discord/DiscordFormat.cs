using System.Text;
using System.Text.Json.Nodes;
using Trainyard.Contracts.Runs;
using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Discord;

/// <summary>A message as Discord takes it: a line that notifications show, and an embed with the details.</summary>
internal static class DiscordFormat
{
    private const int MaxContent = 2000;
    private const int MaxTitle = 256;
    private const int MaxDescription = 4096;
    private const int MaxFooter = 2048;
    private const int MaxRows = 12;
    private const int Green = 0x2E9E5B;
    private const int Red = 0xD64545;
    private const int Blue = 0x3B82D6;
    private const int Grey = 0x8A8F98;

    public static JsonObject Of(Message message, string? publicUrl)
    {
        var text = PlainText.Of(message, MaxRows);
        var embed = new JsonObject { ["title"] = Cut(Escape(text.Title), MaxTitle), ["color"] = ColorOf(message) };
        if (text.Body.Count > 0)
        {
            embed["description"] = Describe(text);
        }
        if (text.Footer.Length > 0)
        {
            embed["footer"] = new JsonObject { ["text"] = Cut(text.Footer, MaxFooter) };
        }
        if (RunLink.Of(publicUrl, text.RunId) is { } link)
        {
            embed["url"] = link;
        }
        return new()
        {
            ["content"] = Cut(Escape(text.Title), MaxContent),
            ["embeds"] = new JsonArray(embed),
            // A name that looks like a mention must not notify anybody.
            ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
        };
    }

    /// <summary>Text in which nothing is formatting, a mention or a link.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var letter in text)
        {
            if (letter is '*' or '_' or '~' or '`' or '|' or '>' or '<' or '\\' or '[' or ']' or '#' or '@')
            {
                escaped.Append('\\');
            }
            escaped.Append(letter);
        }
        return escaped.ToString();
    }

    private static string Describe(PlainText text)
    {
        if (!text.Table)
        {
            return Cut(string.Join('\n', text.Body.Select(Escape)), MaxDescription);
        }
        const string Fence = "```";
        var block = string.Join('\n', text.Body).Replace("`", "'", StringComparison.Ordinal);
        return $"{Fence}\n{Cut(block, MaxDescription - (2 * Fence.Length) - 2)}\n{Fence}";
    }

    private static int ColorOf(Message message) => message switch
    {
        RunMessage { Run.Status: RunStatus.Completed } or TestMessage => Green,
        RunMessage { Run.Status: RunStatus.Failed } or AlertMessage => Red,
        RunMessage { Run.Status: RunStatus.Running or RunStatus.Queued } or SummaryMessage => Blue,
        _ => Grey,
    };

    private static string Cut(string text, int max)
    {
        if (text.Length <= max)
        {
            return text;
        }
        var end = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return text[..end] + "…";
    }
}
