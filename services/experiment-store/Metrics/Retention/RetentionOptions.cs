using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Metrics.Retention;

internal sealed class RetentionOptions
{
    public const string Section = "RETENTION";

    /// <summary>Keeps points unchanged forever and disables the ages below.</summary>
    [ConfigurationKeyName("KEEP_RAW_FOREVER")]
    public bool KeepRawForever { get; init; }

    /// <summary>Hours after arrival when points are compacted into one-minute buckets; 0 for never.</summary>
    [ConfigurationKeyName("RAW_HOURS")]
    [Range(0.0, 876_000.0, ErrorMessage = "RETENTION__RAW_HOURS must be from 0 (never) to 876000.")]
    public double RawHours { get; init; } = 24;

    /// <summary>Age in days at which one-minute buckets are archived; 0 for never.</summary>
    [ConfigurationKeyName("ARCHIVE_DAYS")]
    [Range(0.0, 36_500.0, ErrorMessage = "RETENTION__ARCHIVE_DAYS must be from 0 (never) to 36500.")]
    public double ArchiveDays { get; init; } = 30;

    /// <summary>Seconds between runs.</summary>
    [ConfigurationKeyName("EVERY_SECONDS")]
    [Range(1.0, 86_400.0, ErrorMessage = "RETENTION__EVERY_SECONDS must be from 1 to 86400.")]
    public double EverySeconds { get; init; } = 600;
}
