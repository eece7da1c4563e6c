using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Machine;

internal sealed class MachineOptions
{
    public const string Section = "SYSTEM";

    /// <summary>How often the machine's CPU, memory and disk are looked at.</summary>
    [ConfigurationKeyName("SAMPLE_SECONDS")]
    [Range(0.1, 3600, ErrorMessage = "SYSTEM__SAMPLE_SECONDS must be from 0.1 to 3600.")]
    public double SampleSeconds { get; init; } = 5;
}
