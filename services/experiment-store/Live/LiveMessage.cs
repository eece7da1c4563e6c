using System.Text.Json.Serialization;
using Trainyard.Contracts.Runs;

namespace Trainyard.ExperimentStore.Live;

/// <summary>What the server says on the WebSocket.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MetricUpdate), "metric_update")]
[JsonDerivedType(typeof(StatusChange), "status_change")]
[JsonDerivedType(typeof(CheckpointUpdate), "checkpoint_saved")]
[JsonDerivedType(typeof(LogUpdate), "log")]
[JsonDerivedType(typeof(SystemUpdate), "system")]
[JsonDerivedType(typeof(Subscribed), "subscribed")]
[JsonDerivedType(typeof(Unsubscribed), "unsubscribed")]
[JsonDerivedType(typeof(Pong), "pong")]
[JsonDerivedType(typeof(LiveError), "error")]
internal abstract record LiveMessage;

/// <summary>News of one run.</summary>
internal abstract record RunMessage(string RunId) : LiveMessage;

internal sealed record MetricUpdate(string RunId, long Step, IReadOnlyDictionary<string, double> Metrics) : RunMessage(RunId);

internal sealed record StatusChange(string RunId, RunStatus? OldStatus, RunStatus NewStatus, string? Message) : RunMessage(RunId);

internal sealed record CheckpointUpdate(string RunId, string CheckpointId, long? Step, bool IsBest, IReadOnlyDictionary<string, double> Metrics)
    : RunMessage(RunId);

internal sealed record LogUpdate(string RunId, string Level, string Message, DateTimeOffset Time) : RunMessage(RunId);

internal sealed record SystemUpdate(string RunId, IReadOnlyDictionary<string, double> Metrics) : RunMessage(RunId);

internal sealed record Subscribed(string RunId) : LiveMessage;

internal sealed record Unsubscribed(string RunId) : LiveMessage;

internal sealed record Pong : LiveMessage;

internal sealed record LiveError(string Message) : LiveMessage;
