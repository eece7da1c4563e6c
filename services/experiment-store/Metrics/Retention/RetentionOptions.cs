using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Metrics.Retention;

internal sealed class RetentionOptions
{
    public const string Section = "RETENTION";

    /// <summary>Keeps points unchanged forever and disables the ages below.</summary>
    [ConfigurationKeyName("KEEP_RAW_FOREVER")]
    public bool KeepRawForever { get; init; }

    /// <summary>How long after their arrival points are compacted into one-minute buckets; zero for never.</summary>
    [ConfigurationKeyName("RAW_HOURS")]
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00", ErrorMessage = "RETENTION__RAW_HOURS must be from 0 (never) to 876000.")]
    public TimeSpan CompactAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Age at which one-minute buckets are archived; zero for never.</summary>
    [ConfigurationKeyName("ARCHIVE_DAYS")]
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00", ErrorMessage = "RETENTION__ARCHIVE_DAYS must be from 0 (never) to 36500.")]
    public TimeSpan ArchiveAfter { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Interval between runs of this work.</summary>
    [ConfigurationKeyName("EVERY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "RETENTION__EVERY_SECONDS must be from 1 to 86400.")]
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(10);
}
