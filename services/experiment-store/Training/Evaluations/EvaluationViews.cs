using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>An evaluation of a run's model.</summary>
internal sealed record EvaluationView(
    string EvaluationId, string RunId, RunStatus Status, string? Message, string? ErrorKind, string? ErrorCode,
    StoredJson? Request, string? CheckpointId, long? Step, StoredJson? Metrics, DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    public static EvaluationView Of(Evaluation evaluation) => new(
        evaluation.Id, evaluation.RunId, evaluation.Status, evaluation.Message, evaluation.ErrorKind,
        evaluation.ErrorCode, StoredJson.Of(evaluation.Request),
        evaluation.CheckpointId, evaluation.Step, StoredJson.Of(evaluation.Metrics), evaluation.CreatedAt, evaluation.StartedAt,
        evaluation.EndedAt);
}

/// <summary>A run's last evaluation, with its metrics and files.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Evaluation">The last requested evaluation; null if there is none.</param>
/// <param name="Metrics">Its metrics once completed, or those of a later evaluation during training (<c>eval/metrics.json</c>).</param>
/// <param name="Artifacts">The download paths of its files.</param>
internal sealed record EvaluationResult(string RunId, EvaluationView? Evaluation, JsonElement? Metrics, IReadOnlyList<string> Artifacts)
{
    /// <summary>The comparison with the baseline; null without one.</summary>
    public Regression? Regression { get; init; }
}
