using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Metrics.Retention;

internal sealed class RetentionOptions
{
    public const string Section = "RETENTION";

    /// <summary>Points stay as they are for ever, and the ages below mean nothing.</summary>
    [ConfigurationKeyName("KEEP_RAW_FOREVER")]
    public bool KeepRawForever { get; init; }

    /// <summary>How long after they arrived points become one-minute buckets; 0 for never.</summary>
    [ConfigurationKeyName("RAW_HOURS")]
    [Range(0, 876_000, ErrorMessage = "RETENTION__RAW_HOURS must be from 0 (for ever) to 876000.")]
    public double RawHours { get; init; } = 24;

    /// <summary>The age at which one-minute buckets are archived; 0 for never.</summary>
    [ConfigurationKeyName("ARCHIVE_DAYS")]
    [Range(0, 36_500, ErrorMessage = "RETENTION__ARCHIVE_DAYS must be from 0 (for ever) to 36500.")]
    public double ArchiveDays { get; init; } = 30;

    /// <summary>How often points are looked for that have come of age.</summary>
    [ConfigurationKeyName("EVERY_SECONDS")]
    [Range(1, 86_400, ErrorMessage = "RETENTION__EVERY_SECONDS must be from 1 to 86400.")]
    public double EverySeconds { get; init; } = 600;
}
