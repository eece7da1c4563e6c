using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.TrainEvents;

/// <summary>Which training events are published on Redis, and where.</summary>
public sealed class TrainEventOptions
{
    public const string Section = "EVENTS";

    /// <summary>Whether training events are published.</summary>
    [ConfigurationKeyName("ENABLED")]
    public bool Enabled { get; init; } = true;

    /// <summary>Steps between batch events; 0 for none.</summary>
    [ConfigurationKeyName("BATCH_EVERY")]
    [Range(0, 1_000_000, ErrorMessage = "EVENTS__BATCH_EVERY must be from 0 to 1000000.")]
    public int BatchEvery { get; init; } = 10;

    /// <summary>Least time between two progress events of a run; 0 for one at every step.</summary>
    [ConfigurationKeyName("PROGRESS_SECONDS")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "EVENTS__PROGRESS_SECONDS must be from 0 to 3600.")]
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The channel of all runs but those of a family with a channel of its own.</summary>
    [ConfigurationKeyName("CHANNEL")]
    [Required(ErrorMessage = "EVENTS__CHANNEL must name a channel.")]
    public string Channel { get; init; } = RedisKeys.TrainerEventsChannel;
}
