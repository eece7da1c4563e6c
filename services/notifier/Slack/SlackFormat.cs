using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Slack;

/// <summary>A message in Slack's mrkdwn.</summary>
internal static class SlackFormat
{
    // Slack truncates longer texts at 40,000 characters, and recommends 4,000.
    private const int MaxText = 3900;
    private const int MaxRows = 12;

    public static string Of(Message message, string? publicUrl)
    {
        var text = PlainText.Of(message, MaxRows);
        var title = RunLink.Of(publicUrl, text.RunId) is { } link ? $"*<{link}|{Escape(text.Title)}>*" : $"*{Escape(text.Title)}*";
        var footer = text.Footer.Length > 0 ? $"\n_{Escape(text.Footer)}_" : "";
        var body = Escape(string.Join('\n', text.Body));
        const string Fence = "```";
        var room = MaxText - title.Length - footer.Length - (2 * Fence.Length) - 4;
        if (body.Length > room)
        {
            body = body[..Math.Max(body.LastIndexOf('\n', room - 1), 0)] + "\n…";
        }
        return body.Length == 0 ? title + footer
            : text.Table ? $"{title}\n{Fence}{body.Replace('`', '\'')}{Fence}{footer}"
            : $"{title}\n{body}{footer}";
    }

    /// <summary>Text without mentions, links and formatting.</summary>
    internal static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace('*', '∗')
        .Replace('|', '¦');
}
