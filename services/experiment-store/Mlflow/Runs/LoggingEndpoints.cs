using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Mlflow.Inputs;
using Trainyard.ExperimentStore.Mlflow.Models;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>Logs metrics, parameters, tags and models.</summary>
internal static class LoggingEndpoints
{
    public static void MapLogging(this IEndpointRouteBuilder runs)
    {
        runs.MapPost("/log-metric", LogMetricAsync);
        runs.MapPost("/log-parameter", LogParamAsync);
        runs.MapPost("/set-tag", SetTagAsync);
        runs.MapPost("/delete-tag", DeleteTagAsync);
        runs.MapPost("/log-batch", LogBatchAsync).WithMetadata(new RequestSizeLimitAttribute(MlflowLimits.MaxBatchBytes));
        runs.MapPost("/log-model", LogModelAsync);
        runs.MapInputs();
    }

    private static async Task<JsonHttpResult<Nothing>> LogMetricAsync(HttpContext http, RunLog log, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runId = request.RunId();
        var metric = LoggedMetric.Of(request);
        var model = ModelMetric.Of(request, metric, runId);
        await log.WriteAsync(
            http, runId, new() { Metrics = [metric] }, model is null ? null : (db, run, token) => db.AddModelMetricsAsync([model], token),
            cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Nothing>> LogParamAsync(HttpContext http, RunLog log, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runId = request.RunId();
        var param = new KeyValue(request.RequiredText("key"), request.Text("value") ?? "");
        await log.WriteAsync(http, runId, new() { Params = [param] }, also: null, cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Nothing>> SetTagAsync(HttpContext http, RunLog log, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runId = request.RunId();
        var tag = new KeyValue(request.RequiredText("key"), request.Text("value") ?? "");
        await log.WriteAsync(http, runId, new() { Tags = [tag] }, also: null, cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Nothing>> DeleteTagAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var (runId, key) = (request.RunId(), request.RequiredText("key"));
        await database.WriteAsync(async (db, token) =>
        {
            var run = (await db.HeldRunAsync(http, runId, token)).Active();
            run.RequireUnlocked();
            run.UpdatedAt = clock.GetUtcNow();
            if (key == RunTags.Note && run.Notes is not null)
            {
                run.Notes = null;
            }
            else if (key == RunTags.Name
                || await db.Tags.SingleOrDefaultAsync(tag => tag.RunId == runId && tag.Name == key, token) is not { } tag)
            {
                throw MlflowException.Absent($"No tag with name: {key} in run with id {runId}");
            }
            else
            {
                db.Tags.Remove(tag);
            }
        }, cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Nothing>> LogBatchAsync(HttpContext http, RunLog log, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runId = request.RunId();
        var metrics = request.List("metrics", item => (Metric: LoggedMetric.Of(item), Item: item));
        var models = metrics.ConvertAll(pair => ModelMetric.Of(pair.Item, pair.Metric, runId)).OfType<ModelMetric>().ToList();
        var entries = new RunEntries
        {
            Metrics = metrics.ConvertAll(pair => pair.Metric),
            Params = request.Pairs("params"),
            Tags = request.Pairs("tags"),
        };
        await log.WriteAsync(
            http, runId, entries, models.Count == 0 ? null : (db, run, token) => db.AddModelMetricsAsync(models, token), cancellationToken);
        return Empty;
    }

    /// <summary>Appends a model to the run's history of logged models, which clients before 3.0 keep in a tag.</summary>
    private static async Task<JsonHttpResult<Nothing>> LogModelAsync(HttpContext http, RunLog log, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runId = request.RunId();
        var model = ModelHistory.Parse(request.RequiredText("model_json"));
        await log.WriteAsync(http, runId, new(), async (db, run, token) =>
        {
            var known = await db.Tags.AsNoTracking().Where(tag => tag.RunId == runId && tag.Name == RunTags.LoggedModels)
                .Select(tag => tag.Value).SingleOrDefaultAsync(token);
            await TagWriter.SetAsync(db, run, [new(RunTags.LoggedModels, ModelHistory.Append(known, model))], token);
        }, cancellationToken);
        return Empty;
    }
}

/// <summary>The JSON list of models in a run's tag.</summary>
file static class ModelHistory
{
    private static readonly string[] Required = ["artifact_path", "flavors", "utc_time_created", "run_id"];

    public static JsonElement Parse(string json)
    {
        try
        {
            var model = JsonElement.Parse(json);
            var missing = model.ValueKind is JsonValueKind.Object
                ? Required.Where(field => !model.TryGetProperty(field, out _)).ToList() : [.. Required];
            return missing.Count == 0 ? model : throw MlflowException.Invalid(
                $"Model json is missing mandatory fields: {string.Join(", ", missing)}");
        }
        catch (JsonException)
        {
            throw MlflowException.Invalid("Malformed model info. The 'model_json' is not valid JSON.");
        }
    }

    /// <summary>The list with one more model. Drops the oldest models of a list that is too long for a tag, never a part of one.</summary>
    public static string Append(string? known, JsonElement model)
    {
        List<JsonElement> models = [.. Known(known)];
        if (known is not null && models.Exists(other => JsonElement.DeepEquals(other, model)))
        {
            return known;
        }
        models.Add(model);
        for (var text = JsonSerializer.Serialize(models, Options); ; text = JsonSerializer.Serialize(models, Options))
        {
            if (text.Length <= MlflowLimits.MaxTagCharacters)
            {
                return text;
            }
            models.RemoveAt(0);
            if (models.Count == 0)
            {
                throw MlflowException.Invalid($"The model's description is longer than {MlflowLimits.MaxTagCharacters} characters.");
            }
        }
    }

    private static List<JsonElement> Known(string? tag)
    {
        try
        {
            return tag is null ? [] : JsonSerializer.Deserialize<List<JsonElement>>(tag) ?? [];
        }
        catch (JsonException)
        {
            throw MlflowException.Invalid($"The run's tag '{RunTags.LoggedModels}' is not a JSON list of models.");
        }
    }
}
