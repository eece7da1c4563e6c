using System.ComponentModel.DataAnnotations;

namespace Trainyard.ExperimentStore.Alerts;

internal sealed class AlertOptions
{
    public const string Section = "ALERTS";

    /// <summary>Rules there may be: each costs a look at every point it covers.</summary>
    [ConfigurationKeyName("MAX_RULES")]
    [Range(0, 100_000, ErrorMessage = "ALERTS__MAX_RULES must be from 0 to 100000.")]
    public int MaxRules { get; init; } = 1000;

    /// <summary>After which time a replica reads the rules again though it heard of no change, as it can't while Redis is away.</summary>
    [ConfigurationKeyName("REFRESH_SECONDS")]
    [Range(0, 3600, ErrorMessage = "ALERTS__REFRESH_SECONDS must be from 0 to 3600.")]
    public double RefreshSeconds { get; init; } = 10;
}
