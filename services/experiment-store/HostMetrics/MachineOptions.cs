using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.HostMetrics;

internal sealed class MachineOptions
{
    public const string Section = "SYSTEM";

    /// <summary>The name of this replica in the machines' history.</summary>
    [ConfigurationKeyName("INSTANCE_ID")]
    [RegularExpression("[A-Za-z0-9._-]{1,128}",
        ErrorMessage = "SYSTEM__INSTANCE_ID must be 1 to 128 characters from A-Z, a-z, 0-9, '.', '_' and '-'.")]
    public string InstanceId { get; init; } = Environment.MachineName;

    /// <summary>Interval between samples of CPU, memory, disk, network and GPUs.</summary>
    [ConfigurationKeyName("SAMPLE_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ErrorMessage = "SYSTEM__SAMPLE_SECONDS must be from 0.1 to 3600.")]
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long until samples become one-minute means.</summary>
    [ConfigurationKeyName("RAW_HOURS")]
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00", ErrorMessage = "SYSTEM__RAW_HOURS must be from 1 to 8760.")]
    public TimeSpan KeepRaw { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long until samples are deleted; zero stores no history.</summary>
    [ConfigurationKeyName("KEEP_DAYS")]
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "SYSTEM__KEEP_DAYS must be from 0 to 3650.")]
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);
}
