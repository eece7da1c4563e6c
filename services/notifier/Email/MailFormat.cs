using System.Net;
using System.Text;
using MimeKit;
using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Email;

/// <summary>A message as a mail, in plain text and in HTML.</summary>
internal static class MailFormat
{
    private const int MaxRows = 50;
    private const string Domain = "trainyard.invalid";

    public static MimeMessage Of(string deliveryId, Message message, EmailOptions options, string? publicUrl, DateTimeOffset now)
    {
        var text = PlainText.Of(message, MaxRows);
        var link = RunLink.Of(publicUrl, text.RunId);
        var mail = new MimeMessage
        {
            Subject = text.Title,
            Date = now,
            // The same for every attempt, so that a server that got it twice can recognise that.
            MessageId = $"{deliveryId}@{Domain}",
            Body = new BodyBuilder { TextBody = Plain(text, link), HtmlBody = Html(text, link) }.ToMessageBody(),
        };
        mail.From.Add(options.Sender);
        mail.To.AddRange(options.Recipients);
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        if (text.RunId is { } run)
        {
            // Mail programs show the mails about a run as one conversation.
            mail.References.Add($"run-{run}@{Domain}");
        }
        return mail;
    }

    private static string Plain(PlainText text, string? link)
    {
        var lines = new List<string> { text.Title, "" };
        lines.AddRange(text.Body);
        if (link is not null)
        {
            lines.AddRange(["", link]);
        }
        if (text.Footer.Length > 0)
        {
            lines.AddRange(["", text.Footer]);
        }
        return string.Join("\r\n", lines) + "\r\n";
    }

    private static string Html(PlainText text, string? link)
    {
        var html = new StringBuilder("<!doctype html><body style=\"font-family:sans-serif\">");
        var title = WebUtility.HtmlEncode(text.Title);
        html.Append("<h3>").Append(link is null ? title : $"<a href=\"{WebUtility.HtmlEncode(link)}\">{title}</a>").Append("</h3>");
        if (text.Body.Count > 0)
        {
            html.Append(text.Table ? "<pre>" : "<p>")
                .AppendJoin(text.Table ? "\n" : "<br>\n", text.Body.Select(WebUtility.HtmlEncode))
                .Append(text.Table ? "</pre>" : "</p>");
        }
        return html.Append("<p style=\"color:#777\">").Append(WebUtility.HtmlEncode(text.Footer)).Append("</p></body>").ToString();
    }
}
