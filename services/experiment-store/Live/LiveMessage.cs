using System.Text.Json.Serialization;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Runs;

namespace Trainyard.ExperimentStore.Live;

/// <summary>A message that the server sends over the WebSocket.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MetricUpdate), "metric_update")]
[JsonDerivedType(typeof(StatusChange), "status_change")]
[JsonDerivedType(typeof(CheckpointUpdate), "checkpoint_saved")]
[JsonDerivedType(typeof(LogUpdate), "log")]
[JsonDerivedType(typeof(MediaUpdate), "media_logged")]
[JsonDerivedType(typeof(SystemUpdate), "system")]
[JsonDerivedType(typeof(AlertUpdate), "alert")]
[JsonDerivedType(typeof(Resync), "resync")]
[JsonDerivedType(typeof(Subscribed), "subscribed")]
[JsonDerivedType(typeof(Unsubscribed), "unsubscribed")]
[JsonDerivedType(typeof(Pong), "pong")]
[JsonDerivedType(typeof(LiveError), "error")]
internal abstract record LiveMessage
{
    /// <summary>The topic whose listeners receive it, in addition to listeners of every topic.</summary>
    [JsonIgnore]
    public virtual string? Topic => null;
}

/// <summary>A message about one run.</summary>
internal abstract record RunMessage(string RunId) : LiveMessage
{
    [JsonIgnore]
    public override string? Topic => RunId;
}

internal sealed record MetricUpdate(string RunId, long Step, IReadOnlyDictionary<string, double> Metrics) : RunMessage(RunId);

internal sealed record StatusChange(string RunId, RunStatus? OldStatus, RunStatus NewStatus, string? Message) : RunMessage(RunId)
{
    [JsonIgnore]
    public int Attempt { get; init; }
}

internal sealed record CheckpointUpdate(
    string RunId, string CheckpointId, long? Step, bool IsBest, IReadOnlyDictionary<string, double> Metrics)
    : RunMessage(RunId);

internal sealed record LogUpdate(string RunId, string Level, string Message, DateTimeOffset Time) : RunMessage(RunId);

/// <summary>Images or other media of a run were stored: the last step, and some of the names.</summary>
internal sealed record MediaUpdate(string RunId, long Step, IReadOnlyList<string> Names) : RunMessage(RunId);

/// <summary>Figures of a machine: a run reports its own, an instance of the store samples its own.</summary>
internal sealed record SystemUpdate(string? RunId, string? InstanceId, IReadOnlyDictionary<string, double> Metrics) : LiveMessage
{
    [JsonIgnore]
    public override string? Topic => RunId;
}

internal sealed record AlertUpdate(
    string RunId, string FiringId, string AlertId, string? Name, AlertKind Kind, int Attempt, string? Metric, long? Step, double? Value,
    string Message, DateTimeOffset FiredAt) : RunMessage(RunId)
{
    public static AlertUpdate Of(AlertFired fired) => new(
        fired.RunId, fired.FiringId, fired.AlertId, fired.Name, fired.Kind, fired.Attempt, fired.Metric, fired.Step,
        fired.Value, fired.Message,
        fired.FiredAt);
}

/// <summary>Updates were lost while Redis was unreachable. Clients read again what they show.</summary>
internal sealed record Resync(string Message) : LiveMessage
{
    public static readonly Resync UpdatesLost = new("Updates may have been lost. Read again what you show.");
}

internal sealed record Subscribed(string RunId) : LiveMessage;

internal sealed record Unsubscribed(string RunId) : LiveMessage;

internal sealed record Pong : LiveMessage;

internal sealed record LiveError(string Message) : LiveMessage;
