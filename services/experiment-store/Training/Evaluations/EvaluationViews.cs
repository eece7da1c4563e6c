using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

internal sealed record EvaluationView(
    string EvaluationId, string RunId, RunStatus Status, string? Message, string? ErrorKind, StoredJson? Request, string? CheckpointId, long? Step,
    StoredJson? Metrics, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    public static EvaluationView Of(Evaluation evaluation) => new(
        evaluation.Id, evaluation.RunId, evaluation.Status, evaluation.Message, evaluation.ErrorKind, StoredJson.Of(evaluation.Request), evaluation.CheckpointId,
        evaluation.Step, StoredJson.Of(evaluation.Metrics), evaluation.CreatedAt, evaluation.StartedAt, evaluation.EndedAt);
}

/// <param name="RunId">The run.</param>
/// <param name="Evaluation">The one asked for last; null when none ever was.</param>
/// <param name="Metrics">Those of that one when it is completed, or of a later one made while training (<c>eval/metrics.json</c>).</param>
/// <param name="Artifacts">Where its files are downloaded.</param>
internal sealed record EvaluationResult(string RunId, EvaluationView? Evaluation, JsonElement? Metrics, IReadOnlyList<string> Artifacts);
