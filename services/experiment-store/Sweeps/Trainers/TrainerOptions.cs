using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

internal sealed class TrainerOptions
{
    public const string Section = "TRAINERS";

    /// <summary>How long a trainer may take to answer.</summary>
    [ConfigurationKeyName("TIMEOUT_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ErrorMessage = "TRAINERS__TIMEOUT_SECONDS must be from 0.1 to 600.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an order is sent before its trial fails.</summary>
    [ConfigurationKeyName("MAX_ATTEMPTS")]
    [Range(1, 100, ErrorMessage = "TRAINERS__MAX_ATTEMPTS must be from 1 to 100.")]
    public int MaxAttempts { get; init; } = 8;

    /// <summary>The delay before an order is sent again; doubles each time, up to five minutes.</summary>
    [ConfigurationKeyName("RETRY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00", ErrorMessage = "TRAINERS__RETRY_SECONDS must be from 0.01 to 300.")]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a trainer may take to start a trial it has accepted.</summary>
    [ConfigurationKeyName("START_WITHIN_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "TRAINERS__START_WITHIN_SECONDS must be from 1 to 2592000.")]
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a started trial may send no heartbeat before it fails.</summary>
    [ConfigurationKeyName("SILENT_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "TRAINERS__SILENT_SECONDS must be from 1 to 2592000.")]
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromDays(1);
}
