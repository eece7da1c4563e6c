using System.ComponentModel.DataAnnotations;
using Trainyard.Webhooks;

namespace Trainyard.Notifier.Slack;

internal sealed class SlackOptions : IValidatableObject
{
    public const string Section = "SLACK";

    /// <summary>The bot token of a Slack app with the scope <c>chat:write</c>.</summary>
    [ConfigurationKeyName("TOKEN")]
    public string? Token { get; init; }

    /// <summary>The id of the channel, or of the user, that the app writes to.</summary>
    [ConfigurationKeyName("CHANNEL")]
    public string? Channel { get; init; }

    /// <summary>An incoming webhook, used without a token. It can't edit messages, so it gets milestones.</summary>
    [ConfigurationKeyName("WEBHOOK_URL")]
    public string? WebhookUrl { get; init; }

    /// <summary>The address of Slack's API.</summary>
    [ConfigurationKeyName("API_URL")]
    public string ApiUrl { get; init; } = "https://slack.com/api";

    public bool HasApp => Token is { Length: > 0 };

    /// <summary>Whether a webhook is used: an app replaces it.</summary>
    public bool UsesWebhook => !HasApp && WebhookUrl is { Length: > 0 };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HasApp && Channel is not { Length: > 0 and <= 80 })
        {
            yield return new("SLACK__CHANNEL must be the id of the channel that the app of SLACK__TOKEN writes to, such as C0123456789.");
        }
        if (Token is { Length: > 0 } token && !token.StartsWith("xox", StringComparison.Ordinal))
        {
            yield return new("SLACK__TOKEN must be a token of a Slack app, which begins with xoxb-.");
        }
        if (WebhookUrl is { Length: > 0 } url && !WebAddress.IsValid(url))
        {
            yield return new($"SLACK__WEBHOOK_URL {WebAddress.Rule}.");
        }
        if (!WebAddress.IsValid(ApiUrl))
        {
            yield return new($"SLACK__API_URL {WebAddress.Rule}.");
        }
    }
}
