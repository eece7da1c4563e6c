using System.ComponentModel.DataAnnotations;
using Trainyard.Contracts;

namespace Trainyard.TrainerWorker.Events;

internal sealed class EventOptions
{
    public const string Section = "EVENTS";

    /// <summary>Whether training events are published on Redis channels.</summary>
    [ConfigurationKeyName("ENABLED")]
    public bool Enabled { get; init; } = true;

    /// <summary>Steps between batch events; 0 for none.</summary>
    [ConfigurationKeyName("BATCH_EVERY")]
    [Range(0, 1_000_000, ErrorMessage = "EVENTS__BATCH_EVERY must be from 0 to 1000000.")]
    public int BatchEvery { get; init; } = 10;

    /// <summary>The channel of every run's events.</summary>
    [ConfigurationKeyName("CHANNEL")]
    [Required(ErrorMessage = "EVENTS__CHANNEL must name a channel.")]
    public string Channel { get; init; } = RedisKeys.TrainerEventsChannel;
}
