using System.ComponentModel.DataAnnotations;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

internal sealed class AlertOptions : IValidatableObject
{
    public const string Section = "ALERTS";

    /// <summary>Rules there may be: each costs a look at every point it covers.</summary>
    [ConfigurationKeyName("MAX_RULES")]
    [Range(0, 100_000, ErrorMessage = "ALERTS__MAX_RULES must be from 0 to 100000.")]
    public int MaxRules { get; init; } = 1000;

    /// <summary>After which time a replica reads the rules again though it heard of no change, as it can't while Redis is away.</summary>
    [ConfigurationKeyName("REFRESH_SECONDS")]
    [Range(0, 3600, ErrorMessage = "ALERTS__REFRESH_SECONDS must be from 0 to 3600.")]
    public double RefreshSeconds { get; init; } = 10;

    /// <summary>Where every firing is posted to, whose rule names no address of its own.</summary>
    [ConfigurationKeyName("WEBHOOK_URL")]
    public string? WebhookUrl { get; init; }

    /// <summary>Signs what is posted.</summary>
    [ConfigurationKeyName("WEBHOOK_SECRET")]
    [StringLength(256, MinimumLength = 16, ErrorMessage = "ALERTS__WEBHOOK_SECRET must have 16 to 256 characters.")]
    public string? WebhookSecret { get; init; }

    /// <summary>How long whoever is posted to may take to answer.</summary>
    [ConfigurationKeyName("WEBHOOK_TIMEOUT_SECONDS")]
    [Range(0.1, 600, ErrorMessage = "ALERTS__WEBHOOK_TIMEOUT_SECONDS must be from 0.1 to 600.")]
    public double WebhookTimeoutSeconds { get; init; } = 10;

    /// <summary>How often a firing is posted before it is given up.</summary>
    [ConfigurationKeyName("WEBHOOK_MAX_ATTEMPTS")]
    [Range(1, 100, ErrorMessage = "ALERTS__WEBHOOK_MAX_ATTEMPTS must be from 1 to 100.")]
    public int WebhookMaxAttempts { get; init; } = 10;

    /// <summary>How long after a failure a firing is posted again; doubles each time, up to ten minutes.</summary>
    [ConfigurationKeyName("WEBHOOK_RETRY_SECONDS")]
    [Range(0.01, 300, ErrorMessage = "ALERTS__WEBHOOK_RETRY_SECONDS must be from 0.01 to 300.")]
    public double WebhookRetrySeconds { get; init; } = 2;

    /// <summary>The address of the dashboard as those who are told reach it: what is posted links to the run there.</summary>
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
