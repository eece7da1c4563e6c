using System.ComponentModel.DataAnnotations;
using Trainyard.Webhooks;

namespace Trainyard.Notifier.Discord;

internal sealed class DiscordOptions : IValidatableObject
{
    public const string Section = "DISCORD";

    private const int MinIdDigits = 15;
    private const int MaxIdDigits = 20;

    /// <summary>The bot's token. <c>DISCORD_TOKEN</c> works too.</summary>
    [ConfigurationKeyName("TOKEN")]
    public string? Token { get; init; }

    /// <summary>The id of the only user the bot writes and answers to. <c>DISCORD_OWNER_ID</c> works too.</summary>
    [ConfigurationKeyName("OWNER_ID")]
    public string? OwnerId { get; init; }

    /// <summary>A webhook of a Discord channel, used without a token. <c>DISCORD_WEBHOOK_URL</c> works too.</summary>
    [ConfigurationKeyName("WEBHOOK_URL")]
    public string? WebhookUrl { get; init; }

    /// <summary>The key that verifies commands; read from Discord when unset.</summary>
    [ConfigurationKeyName("PUBLIC_KEY")]
    public string? PublicKey { get; init; }

    /// <summary>The address of Discord's API.</summary>
    [ConfigurationKeyName("API_URL")]
    public string ApiUrl { get; init; } = "https://discord.com/api/v10";

    /// <summary>Whether a bot is set up.</summary>
    public bool HasBot => Token is { Length: > 0 };

    /// <summary>Whether a webhook is used: a bot replaces it.</summary>
    public bool UsesWebhook => !HasBot && WebhookUrl is { Length: > 0 };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HasBot && OwnerId is not { Length: >= MinIdDigits and <= MaxIdDigits })
        {
            yield return new("DISCORD__OWNER_ID must be the number of the user that the bot of DISCORD__TOKEN writes to, "
                + "such as 123456789012345678. In Discord: Copy User ID, in developer mode.");
        }
        if (OwnerId is { Length: > 0 } owner && !owner.All(char.IsAsciiDigit))
        {
            yield return new("DISCORD__OWNER_ID must consist of digits.");
        }
        if (Token is { Length: > 0 } token && token.Any(letter => letter is <= ' ' or >= '\x7f'))
        {
            yield return new("DISCORD__TOKEN must consist of visible ASCII characters, without spaces and without the word Bot.");
        }
        if (PublicKey is { Length: > 0 } key && (key.Length != 64 || !key.All(char.IsAsciiHexDigit)))
        {
            yield return new("DISCORD__PUBLIC_KEY must have 64 hexadecimal digits.");
        }
        if (!WebAddress.IsValid(ApiUrl))
        {
            yield return new($"DISCORD__API_URL {WebAddress.Rule}.");
        }
        if (WebhookUrl is { Length: > 0 } url
            && !(WebAddress.IsValid(url) && new Uri(url).AbsolutePath.Contains("/webhooks/", StringComparison.Ordinal)))
        {
            yield return new("DISCORD__WEBHOOK_URL must be the address of a webhook, such as https://discord.com/api/webhooks/ID/TOKEN.");
        }
    }
}
