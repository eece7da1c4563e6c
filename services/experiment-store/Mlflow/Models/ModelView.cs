using System.Text.Json;
using Trainyard.ExperimentStore.Mlflow.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Protocol;

namespace Trainyard.ExperimentStore.Mlflow.Models;

/// <summary>A logged model in MLflow's form.</summary>
internal sealed record ModelView(ModelInfo Info, ModelData Data)
{
    private const string Folder = "logged_models";

    public static ModelView Of(LoggedModel model) => new(
        new(
            model.Id, model.ExperimentId, model.Name, model.CreatedAt.ToUnixTimeMilliseconds(), model.UpdatedAt.ToUnixTimeMilliseconds(),
            ArtifactUri(model), model.Status, model.ModelType, model.RunId, Pairs(model.Tags)),
        new(Pairs(model.Params), JsonSerializer.Deserialize<List<ModelMetric>>(model.Metrics, MlflowJson.Options) ?? []));

    public static List<KeyValue> Pairs(string json) => JsonSerializer.Deserialize<List<KeyValue>>(json, MlflowJson.Options) ?? [];

    /// <summary>Where the model's files are in the artifact proxy: below its run, or in its own folder if no run produced it.</summary>
    public static ProxyPath PathOf(LoggedModel model, string path = "")
    {
        var rest = path.Length == 0 ? "" : "/" + path;
        return model.RunId.Length > 0 ? new(model.RunId, $"{Folder}/{model.Id}{rest}") : new(model.Id, path);
    }

    private static string ArtifactUri(LoggedModel model)
    {
        var at = PathOf(model);
        var uri = ProxyPath.ArtifactUri(model.ExperimentId, at.OwnerId);
        return at.Path.Length == 0 ? uri : $"{uri}/{at.Path}";
    }
}

internal sealed record ModelInfo(
    string ModelId, string ExperimentId, string Name, long CreationTimestampMs, long LastUpdatedTimestampMs, string ArtifactUri,
    string Status, string? ModelType, string SourceRunId, IReadOnlyList<KeyValue> Tags);

internal sealed record ModelData(IReadOnlyList<KeyValue> Params, IReadOnlyList<ModelMetric> Metrics);

/// <summary>A model that a run used.</summary>
internal sealed record ModelInput(string ModelId);

/// <summary>A model that a run produced.</summary>
internal sealed record ModelOutput(string ModelId, long Step);
