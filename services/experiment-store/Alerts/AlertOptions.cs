using System.ComponentModel.DataAnnotations;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

internal sealed class AlertOptions : IValidatableObject
{
    public const string Section = "ALERTS";

    /// <summary>Maximum number of rules. Each is evaluated for every point it covers.</summary>
    [ConfigurationKeyName("MAX_RULES")]
    [Range(0, 100_000, ErrorMessage = "ALERTS__MAX_RULES must be from 0 to 100000.")]
    public int MaxRules { get; init; } = 1000;

    /// <summary>How long until a replica reloads the rules without a notification, since Redis may have lost one.</summary>
    [ConfigurationKeyName("REFRESH_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "ALERTS__REFRESH_SECONDS must be from 0 to 3600.")]
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Webhook address of firings whose rule has none.</summary>
    [ConfigurationKeyName("WEBHOOK_URL")]
    public string? WebhookUrl { get; init; }

    /// <summary>Key that signs webhook requests.</summary>
    [ConfigurationKeyName("WEBHOOK_SECRET")]
    [StringLength(256, MinimumLength = 16, ErrorMessage = "ALERTS__WEBHOOK_SECRET must have 16 to 256 characters.")]
    public string? WebhookSecret { get; init; }

    /// <summary>How long a webhook may take to answer.</summary>
    [ConfigurationKeyName("WEBHOOK_TIMEOUT_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ErrorMessage = "ALERTS__WEBHOOK_TIMEOUT_SECONDS must be from 0.1 to 600.")]
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts before a webhook call is given up.</summary>
    [ConfigurationKeyName("WEBHOOK_MAX_ATTEMPTS")]
    [Range(1, 100, ErrorMessage = "ALERTS__WEBHOOK_MAX_ATTEMPTS must be from 1 to 100.")]
    public int WebhookMaxAttempts { get; init; } = 10;

    /// <summary>How long until a failed webhook call is retried. Doubles each time, up to ten minutes.</summary>
    [ConfigurationKeyName("WEBHOOK_RETRY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00", ErrorMessage = "ALERTS__WEBHOOK_RETRY_SECONDS must be from 0.01 to 300.")]
    public TimeSpan WebhookRetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Public address of the dashboard. Webhook messages link to runs there.</summary>
    [ConfigurationKeyName("PUBLIC_URL")]
    public string? PublicUrl { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WebhookUrl is { Length: > 0 } && !WebAddress.IsValid(WebhookUrl))
        {
            yield return new($"ALERTS__WEBHOOK_URL {WebAddress.Rule}.");
        }
        if (PublicUrl is { Length: > 0 } && !WebAddress.IsValid(PublicUrl))
        {
            yield return new($"ALERTS__PUBLIC_URL {WebAddress.Rule}.");
        }
    }
}
