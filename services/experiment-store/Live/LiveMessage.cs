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
internal abstract record LiveMessage(string RunId);

internal sealed record MetricUpdate(string RunId, long Step, IReadOnlyDictionary<string, double> Metrics) : LiveMessage(RunId);

internal sealed record StatusChange(string RunId, RunStatus? OldStatus, RunStatus NewStatus, string? Message) : LiveMessage(RunId);

internal sealed record CheckpointUpdate(string RunId, string CheckpointId, long? Step, bool IsBest, IReadOnlyDictionary<string, double> Metrics)
    : LiveMessage(RunId);

internal sealed record LogUpdate(string RunId, string Level, string Message, DateTimeOffset Time) : LiveMessage(RunId);

internal sealed record SystemUpdate(string RunId, IReadOnlyDictionary<string, double> Metrics) : LiveMessage(RunId);
