using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

internal sealed class TrainerOptions
{
    public const string Section = "TRAINERS";

    /// <summary>How long a trainer may take to answer.</summary>
    [ConfigurationKeyName("TIMEOUT_SECONDS")]
    [Range(0.1, 600, ErrorMessage = "TRAINERS__TIMEOUT_SECONDS must be from 0.1 to 600.")]
    public double TimeoutSeconds { get; init; } = 10;

    /// <summary>How often an order is sent before its trial fails.</summary>
    [ConfigurationKeyName("MAX_ATTEMPTS")]
    [Range(1, 100, ErrorMessage = "TRAINERS__MAX_ATTEMPTS must be from 1 to 100.")]
    public int MaxAttempts { get; init; } = 8;

    /// <summary>The delay before an order is sent again; doubles each time, up to five minutes.</summary>
    [ConfigurationKeyName("RETRY_SECONDS")]
    [Range(0.01, 300, ErrorMessage = "TRAINERS__RETRY_SECONDS must be from 0.01 to 300.")]
    public double RetrySeconds { get; init; } = 2;

    /// <summary>How long a trainer may take to start a trial it has accepted.</summary>
    [ConfigurationKeyName("START_WITHIN_SECONDS")]
    [Range(1.0, 2_592_000.0, ErrorMessage = "TRAINERS__START_WITHIN_SECONDS must be from 1 to 2592000.")]
    public double StartWithinSeconds { get; init; } = 86_400;

    /// <summary>How long a started trial may send no heartbeat before it fails.</summary>
    [ConfigurationKeyName("SILENT_SECONDS")]
    [Range(1.0, 2_592_000.0, ErrorMessage = "TRAINERS__SILENT_SECONDS must be from 1 to 2592000.")]
    public double SilentSeconds { get; init; } = 86_400;
}
