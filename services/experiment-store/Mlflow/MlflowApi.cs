using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.ExperimentStore.Mlflow.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Inputs;
using Trainyard.ExperimentStore.Mlflow.Metrics;
using Trainyard.ExperimentStore.Mlflow.Models;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ExperimentStore.Mlflow;

/// <summary>
/// MLflow's REST protocol, so that unchanged MLflow clients log to and read from Trainyard's own runs. It is MLflow's contract, not
/// Trainyard's: the OpenAPI document leaves it out, and docs/from-mlflow.md describes it.
/// </summary>
internal static class MlflowApi
{
    private static readonly string[] AllMethods =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    public static void AddMlflow(this IServiceCollection services)
    {
        services.AddSingleton<RunLog>();
        services.AddSingleton<HistoryReader>();
        services.AddSingleton<ProxyFiles>();
    }

    public static void MapMlflow(this IEndpointRouteBuilder endpoints)
    {
        var all = endpoints.MapGroup("").ExcludeFromDescription().WithMetadata(new RequestSizeLimitAttribute(MlflowLimits.MaxBodyBytes));
        all.AddEndpointFilter(AnswerAsync);
        foreach (var root in MlflowPaths.Api)
        {
            var api = all.MapGroup(root);
            api.MapExperiments();
            api.MapDatasetSearch();
            api.MapRuns();
            api.MapMetrics();
            api.MapRunArtifacts();
            api.MapModels();
            api.MapGet("/server-info", ServerInfo);
            api.MapMethods("/{**rest}", AllMethods, Unsupported.Refuse);
        }
        foreach (var root in MlflowPaths.Artifacts)
        {
            var proxy = all.MapGroup(root);
            proxy.MapProxy();
            proxy.MapMethods("/{**rest}", AllMethods, Unsupported.Refuse);
        }
        all.MapDownload();
    }

    private sealed record Server(string StoreType, bool WorkspacesEnabled, bool TraceArchivalEnabled);

    private static JsonHttpResult<Server> ServerInfo() => MlflowJson.Answer(new Server("SqlStore", false, false));

    /// <summary>Answers refusals in MLflow's form. Other failures take it on their way out.</summary>
    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (MlflowException refused) when (!context.HttpContext.Response.HasStarted)
        {
            return TypedResults.Json(refused.Error, MlflowJson.Options, statusCode: MlflowError.Status(refused.Error.ErrorCode));
        }
    }
}
