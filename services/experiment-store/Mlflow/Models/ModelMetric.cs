using System.Text.Json;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Models;

/// <summary>A value that a run measured on a logged model.</summary>
internal sealed record ModelMetric(
    string Key, double Value, long Timestamp, long Step, string? DatasetName, string? DatasetDigest, string ModelId, string RunId)
{
    /// <summary>The metric of a request that names a model; null if it names none.</summary>
    public static ModelMetric? Of(MlflowRequest request, LoggedMetric metric, string runId) =>
        request.Text("model_id") is { Length: > 0 } model
            ? new(
                metric.Key, metric.Value, metric.Timestamp, metric.Step, request.Text("dataset_name"), request.Text("dataset_digest"),
                model, runId)
            : null;
}

internal static class ModelMetrics
{
    private const int MaxPerModel = 1000;

    /// <summary>
    /// Keeps the latest value of each metric on each data set. Models that don't exist are skipped: the run has the value.
    /// </summary>
    public static async Task AddModelMetricsAsync(
        this StoreContext db, List<ModelMetric> metrics, CancellationToken cancellationToken)
    {
        var byModel = metrics.GroupBy(metric => metric.ModelId, StringComparer.Ordinal);
        foreach (var group in byModel.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            if (await db.LoggedModels.FindAsync([group.Key], cancellationToken) is not { } model)
            {
                continue;
            }
            var known = JsonSerializer.Deserialize<List<ModelMetric>>(model.Metrics, MlflowJson.Options) ?? [];
            var latest = known.Concat(group)
                .GroupBy(metric => (metric.Key, metric.DatasetName, metric.DatasetDigest, metric.RunId))
                .Select(same => same.OrderBy(metric => metric.Step).ThenBy(metric => metric.Timestamp).Last()).ToList();
            if (latest.Count > MaxPerModel)
            {
                throw MlflowException.Invalid($"Logged model {model.Id} would have more than {MaxPerModel} metrics.");
            }
            model.Metrics = JsonSerializer.Serialize(latest, MlflowJson.Options);
        }
    }
}
