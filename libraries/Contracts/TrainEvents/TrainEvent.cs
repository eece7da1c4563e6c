using System.Text.Json.Serialization;
using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.TrainEvents;

/// <summary>
/// Something that happened while a run trained, for bots and other programs that watch runs. Published best effort on Redis, and by
/// <c>GET /api/events/stream</c>. <see cref="TrainEventJson"/> writes and reads it; its <c>type</c> is <see cref="Type"/>.
/// </summary>
public abstract record TrainEvent
{
    /// <summary>
    /// The first part of the type: <c>trainer</c>, or <c>digits</c> for the digit classifier. See
    /// <see cref="ModelFamilyTraits.EventGroup"/>.
    /// </summary>
    [JsonIgnore]
    public string Group { get; init; } = ModelFamilyTraits.DefaultEventGroup;

    /// <summary>The type, such as <c>trainer.train.epoch.v1</c>.</summary>
    [JsonIgnore]
    public string Type => TrainEventTypes.NameOf(Group, GetType());

    /// <summary>The run, again: the request that the event answers.</summary>
    [JsonPropertyOrder(-8)]
    public string RequestId => RunId;

    /// <summary>Who asked for the run, a string or a number as it was given; null if nobody was named.</summary>
    [JsonPropertyOrder(-7)]
    public UserId? UserId { get; init; }

    /// <summary>What is trained, such as <c>gpt2-nano</c>; null if the run's program has not said it.</summary>
    [JsonPropertyOrder(-6)]
    public string? ModelId { get; init; }

    /// <summary>The run.</summary>
    [JsonRequired, JsonPropertyOrder(-5)]
    public string RunId { get; init; } = "";

    /// <summary>When it happened.</summary>
    [JsonRequired, JsonPropertyOrder(-4)]
    public DateTimeOffset Ts { get; init; }

    /// <summary>The run's attempt, from 1.</summary>
    [JsonRequired, JsonPropertyOrder(-3)]
    public int Attempt { get; init; } = 1;

    /// <summary>The event's own id: the same on every channel and in the stream.</summary>
    [JsonPropertyOrder(-2)]
    public Guid EventId { get; init; } = Guid.CreateVersion7();
}
