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

    /// <summary>Seconds between samples of CPU, memory, disk, network and GPUs.</summary>
    [ConfigurationKeyName("SAMPLE_SECONDS")]
    [Range(0.1, 3600, ErrorMessage = "SYSTEM__SAMPLE_SECONDS must be from 0.1 to 3600.")]
    public double SampleSeconds { get; init; } = 5;

    /// <summary>Hours after which samples become one-minute means.</summary>
    [ConfigurationKeyName("RAW_HOURS")]
    [Range(1.0, 8760.0, ErrorMessage = "SYSTEM__RAW_HOURS must be from 1 to 8760.")]
    public double RawHours { get; init; } = 24;

    /// <summary>Days after which samples are deleted; 0 stores no history.</summary>
    [ConfigurationKeyName("KEEP_DAYS")]
    [Range(0.0, 3650.0, ErrorMessage = "SYSTEM__KEEP_DAYS must be from 0 to 3650.")]
    public double KeepDays { get; init; } = 30;
}
