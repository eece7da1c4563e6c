using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Sweeps;

internal sealed class SweepOptions
{
    public const string Section = "SWEEPS";

    /// <summary>
    /// How often to check sweeps while none of their runs ends, to prune trials and to finish what another replica has left.
    /// </summary>
    [ConfigurationKeyName("CHECK_EVERY_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00", ErrorMessage = "SWEEPS__CHECK_EVERY_SECONDS must be from 0.05 to 3600.")]
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromSeconds(2);
}
