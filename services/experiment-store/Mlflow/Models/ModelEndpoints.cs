using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Security;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Models;

/// <summary>The logged models of MLflow 3.</summary>
internal static class ModelEndpoints
{
    public const string IdPrefix = "m-";

    private const string Pending = "LOGGED_MODEL_PENDING";
    private const int MaxParams = 1000;

    public static void MapModels(this IEndpointRouteBuilder api)
    {
        var models = api.MapGroup("/logged-models");
        models.MapPost("", CreateAsync);
        models.MapPost("/search", ModelSearch.RunAsync);
        models.MapGet("/{modelId}", GetAsync);
        models.MapPatch("/{modelId}", FinalizeAsync);
        models.MapDelete("/{modelId}", DeleteAsync);
        models.MapPost("/{modelId}/params", AddParamsAsync);
        models.MapPatch("/{modelId}/tags", SetTagsAsync);
        models.MapDelete("/{modelId}/tags/{key}", DeleteTagAsync);
        models.MapGet("/{modelId}/artifacts/directories", ListAsync);
    }

    private sealed record Found(ModelView Model);

    private sealed record Listing(string RootUri, IReadOnlyList<FileView> Files);

    private static async Task<JsonHttpResult<Found>> CreateAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var experimentId = request.RequiredText("experiment_id");
        var (runId, now) = (request.Text("source_run_id") ?? "", clock.GetUtcNow());
        var id = $"{IdPrefix}{Guid.NewGuid():N}";
        var model = new LoggedModel
        {
            Id = id,
            RunId = runId,
            ExperimentId = experimentId,
            Name = request.Text("name") is { Length: > 0 } name ? name : id,
            ModelType = request.Text("model_type"),
            Status = Pending,
            CreatedAt = now,
            UpdatedAt = now,
            Params = Serialize(Merge([], Params(request))),
            Tags = Serialize(Merge([], Tags(request))),
            Metrics = "[]",
        };
        Caller.Of(http).RequireExperiment(experimentId);
        await database.WriteAsync(async (db, token) =>
        {
            (await db.HoldAsync(experimentId, now, token)).Active();
            _ = runId.Length == 0 ? null : (await db.HeldRunAsync(http, runId, token)).Active();
            db.LoggedModels.Add(model);
        }, cancellationToken);
        return Answer(new Found(ModelView.Of(model)));
    }

    private static async Task<JsonHttpResult<Found>> GetAsync(
        string modelId, HttpContext http, Database database, CancellationToken cancellationToken) =>
        Answer(new Found(ModelView.Of(await ReadableAsync(http, database, modelId, cancellationToken))));

    private static async Task<JsonHttpResult<Found>> FinalizeAsync(
        string modelId, HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var status = request.RequiredText("status") switch
        {
            "LOGGED_MODEL_PENDING" or "1" => Pending,
            "LOGGED_MODEL_READY" or "2" => "LOGGED_MODEL_READY",
            "LOGGED_MODEL_UPLOAD_FAILED" or "3" => "LOGGED_MODEL_UPLOAD_FAILED",
            _ => throw request.Wrong("status"),
        };
        return await ChangeAsync(http, modelId, database, clock, model => model.Status = status, cancellationToken);
    }

    private static async Task<JsonHttpResult<Found>> AddParamsAsync(
        string modelId, HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var added = Params(await MlflowRequest.ReadAsync(http));
        return await ChangeAsync(
            http, modelId, database, clock, model => model.Params = Serialize(Merge(ModelView.Pairs(model.Params), added)),
            cancellationToken);
    }

    private static async Task<JsonHttpResult<Found>> SetTagsAsync(
        string modelId, HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var set = Tags(await MlflowRequest.ReadAsync(http));
        return await ChangeAsync(
            http, modelId, database, clock, model => model.Tags = Serialize(Merge(ModelView.Pairs(model.Tags), set)), cancellationToken);
    }

    private static Task<JsonHttpResult<Found>> DeleteTagAsync(
        string modelId, string key, HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken) =>
        ChangeAsync(http, modelId, database, clock, model =>
        {
            var tags = ModelView.Pairs(model.Tags);
            model.Tags = tags.RemoveAll(tag => tag.Key == key) > 0
                ? Serialize(tags)
                : throw MlflowException.Absent($"No tag with key {key} found for logged model {modelId}.");
        }, cancellationToken);

    private static async Task<JsonHttpResult<Nothing>> DeleteAsync(
        string modelId, HttpContext http, Database database, ArtifactFiles files, CancellationToken cancellationToken)
    {
        var at = await database.WriteAsync(async (db, token) =>
        {
            var model = await db.HeldModelAsync(modelId, token);
            model.RequireWritableBy(Caller.Of(http));
            _ = model.RunId.Length == 0 ? null : await db.HeldRunAsync(http, model.RunId, token);
            await db.ModelLinks.Where(link => link.ModelId == modelId).ExecuteDeleteAsync(token);
            db.LoggedModels.Remove(model);
            return ModelView.PathOf(model);
        }, cancellationToken);
        await files.DeleteAllAsync(ArtifactFiles.Models, at.OwnerId, at.Path, cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Listing>> ListAsync(
        string modelId, HttpContext http, Database database, ProxyFiles files, CancellationToken cancellationToken)
    {
        var path = ProxyPath.Safe((await MlflowRequest.ReadAsync(http)).Text("artifact_directory_path") ?? "").Trim('/');
        var model = await ReadableAsync(http, database, modelId, cancellationToken);
        var found = await files.ListAsync(http, ModelView.PathOf(model, path), cancellationToken);
        var prefix = path.Length == 0 ? "" : path + "/";
        return Answer(new Listing(
            ModelView.Of(model).Info.ArtifactUri, [.. found.Select(file => file with { Path = prefix + file.Path })]));
    }

    private static Task<LoggedModel> ReadableAsync(
        HttpContext http, Database database, string modelId, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) =>
        {
            var model = await db.LoggedModels.SingleOrDefaultAsync(row => row.Id == modelId, token) ?? throw ModelTables.NoModel(modelId);
            model.RequireReadableBy(Caller.Of(http));
            return model;
        }, cancellationToken);

    private static async Task<JsonHttpResult<Found>> ChangeAsync(
        HttpContext http, string modelId, Database database, TimeProvider clock, Action<LoggedModel> change,
        CancellationToken cancellationToken) =>
        Answer(new Found(await database.WriteAsync(async (db, token) =>
        {
            var model = await db.HeldModelAsync(modelId, token);
            model.RequireWritableBy(Caller.Of(http));
            change(model);
            model.UpdatedAt = clock.GetUtcNow();
            return ModelView.Of(model);
        }, cancellationToken)));

    private static List<KeyValue> Params(MlflowRequest request) => [.. request.Pairs("params").Select(param =>
    {
        MlflowLimits.RequireName("parameter", param.Key);
        return param with { Value = RunTags.Cut(param.Value, MlflowLimits.MaxParamCharacters) };
    })];

    private static List<KeyValue> Tags(MlflowRequest request) => [.. request.Pairs("tags").Select(tag =>
    {
        MlflowLimits.RequireName("tag", tag.Key);
        return tag with { Value = RunTags.Cut(tag.Value, MlflowLimits.MaxTagCharacters) };
    })];

    private static List<KeyValue> Merge(List<KeyValue> known, List<KeyValue> added)
    {
        List<KeyValue> merged = [.. known.Concat(added).GroupBy(pair => pair.Key, StringComparer.Ordinal).Select(same => same.Last())];
        return merged.Count <= MaxParams ? merged
            : throw MlflowException.Invalid($"A logged model can have at most {MaxParams} params, and as many tags.");
    }

    private static string Serialize(List<KeyValue> pairs) => JsonSerializer.Serialize(pairs, Options);
}
