using System.ComponentModel.DataAnnotations;
using Trainyard.Notifier.Deliveries;
using Trainyard.Webhooks;

namespace Trainyard.Notifier;

/// <summary>Which runs are notified about.</summary>
internal enum RunChoice
{
    /// <summary>Every run.</summary>
    All,

    /// <summary>Only those in the watch list.</summary>
    Watched,
}

/// <summary>Settings of all channels.</summary>
internal sealed class NotifierOptions : IValidatableObject
{
    public const string Section = "NOTIFIER";

    [ConfigurationKeyName("RUNS")]
    [EnumDataType(typeof(RunChoice), ErrorMessage = "NOTIFIER__RUNS must be all or watched.")]
    public RunChoice Runs { get; init; } = RunChoice.All;

    /// <summary>Address of Trainyard's API, which the notifier reads to catch up.</summary>
    [ConfigurationKeyName("API_BASE_URL")]
    public string? ApiBaseUrl { get; init; }

    /// <summary>An API key with scope <c>read</c>, if the API requires one.</summary>
    [ConfigurationKeyName("API_KEY")]
    public string? ApiKey { get; init; }

    /// <summary>Public address of the dashboard. Messages link to runs there.</summary>
    [ConfigurationKeyName("PUBLIC_URL")]
    public string? PublicUrl { get; init; }

    /// <summary>Least time between two edits of a message.</summary>
    [ConfigurationKeyName("EDIT_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "NOTIFIER__EDIT_SECONDS must be from 1 to 600.")]
    public TimeSpan EditEvery { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Time between two comparisons with the API.</summary>
    [ConfigurationKeyName("CATCH_UP_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "NOTIFIER__CATCH_UP_SECONDS must be from 1 to 3600.")]
    public TimeSpan CatchUpEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two edits of the summary of all running runs.</summary>
    [ConfigurationKeyName("SUMMARY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "NOTIFIER__SUMMARY_SECONDS must be from 0 (never) to 3600.")]
    public TimeSpan SummaryEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Attempts before a delivery is given up.</summary>
    [ConfigurationKeyName("MAX_ATTEMPTS")]
    [Range(1, 100, ErrorMessage = "NOTIFIER__MAX_ATTEMPTS must be from 1 to 100.")]
    public int MaxAttempts { get; init; } = 10;

    /// <summary>How long until a failed delivery is retried. Doubles each time, up to ten minutes.</summary>
    [ConfigurationKeyName("RETRY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00", ErrorMessage = "NOTIFIER__RETRY_SECONDS must be from 0.01 to 300.")]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a receiver may take to answer.</summary>
    [ConfigurationKeyName("TIMEOUT_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ErrorMessage = "NOTIFIER__TIMEOUT_SECONDS must be from 0.1 to 600.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long deliveries are kept, which recognises repetitions.</summary>
    [ConfigurationKeyName("KEEP_DAYS")]
    [Range(typeof(TimeSpan), "7.00:00:00", "3650.00:00:00", ErrorMessage = "NOTIFIER__KEEP_DAYS must be from 7 to 3650.")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A time of day without new messages, such as <c>22:00-07:00</c>.</summary>
    [ConfigurationKeyName("QUIET_HOURS")]
    public string? QuietHours { get; init; }

    /// <summary>The time zone of quiet hours and digests.</summary>
    [ConfigurationKeyName("TIME_ZONE")]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>An address that milestones of runs are posted to as JSON.</summary>
    [ConfigurationKeyName("WEBHOOK_URL")]
    public string? WebhookUrl { get; init; }

    /// <summary>Key that signs webhook requests.</summary>
    [ConfigurationKeyName("WEBHOOK_SECRET")]
    [StringLength(256, MinimumLength = 16, ErrorMessage = "NOTIFIER__WEBHOOK_SECRET must have 16 to 256 characters.")]
    public string? WebhookSecret { get; init; }

    /// <summary>The quiet hours; null if there are none.</summary>
    public QuietHours? Quiet => Deliveries.QuietHours.Parse(QuietHours, TimeZone);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (key, value) in new[] { ("API_BASE_URL", ApiBaseUrl), ("PUBLIC_URL", PublicUrl), ("WEBHOOK_URL", WebhookUrl) })
        {
            if (value is { Length: > 0 } && !WebAddress.IsValid(value))
            {
                yield return new($"NOTIFIER__{key} {WebAddress.Rule}.");
            }
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new(
                $"NOTIFIER__TIME_ZONE: this machine knows no time zone '{TimeZone}'. Use a name such as Europe/Berlin, or UTC.");
        }
        else if (QuietHours is { Length: > 0 } && Quiet is null)
        {
            yield return new($"NOTIFIER__QUIET_HOURS must be two different times such as 22:00-07:00, not '{QuietHours}'.");
        }
    }
}
