using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Trainyard.Artifacts;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Bodies;
using Trainyard.ServiceDefaults.Mlflow;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Artifacts;

/// <summary>MLflow's artifact proxy, and the calls that name a run and a path.</summary>
internal static class ArtifactEndpoints
{
    // MLflow's limit for uploads from its pages.
    private const int MaxPageUploadBytes = 10 * 1024 * 1024;

    private const string NoMultipart =
        "Multipart upload is not supported for the current artifact repository. Upload the file with one PUT.";

    public static void MapProxy(this IEndpointRouteBuilder proxy)
    {
        var limits = proxy.ServiceProvider.GetRequiredService<IOptions<ArtifactOptions>>().Value;
        proxy.MapGet("/artifacts", ListAsync);
        proxy.MapGet("/artifacts/{**path}", (string? path, HttpContext http, ProxyFiles files, CancellationToken token) =>
            string.IsNullOrEmpty(path) ? ListResultAsync(http, files, token) : files.DownloadAsync(http, ProxyPath.Of(path), token));
        proxy.MapPut("/artifacts/{**path}", UploadAsync)
            .WithMetadata(new BodyLimit(limits.MaxUploadBytes, "ARTIFACTS__MAX_UPLOAD_BYTES"));
        proxy.MapDelete("/artifacts/{**path}", DeleteAsync);
        proxy.MapPost("/mpu/{action}/{**path}", Nothing () => throw new MlflowException(MlflowError.NotImplemented, NoMultipart));
    }

    public static void MapRunArtifacts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/artifacts/list", ListOfRunAsync);
        api.MapGet("/get-artifact", DownloadOfRunAsync);
        api.MapPost("/upload-artifact", UploadOfPageAsync).WithMetadata(new RequestSizeLimitAttribute(MaxPageUploadBytes));
    }

    public static void MapDownload(this IEndpointRouteBuilder root) => root.MapGet(MlflowPaths.Download, DownloadOfRunAsync);

    private sealed record Listing(IReadOnlyList<FileView> Files);

    private sealed record ListingOfRun(string RootUri, IReadOnlyList<FileView> Files);

    private static async Task<IResult> ListResultAsync(HttpContext http, ProxyFiles files, CancellationToken cancellationToken) =>
        await ListAsync(http, files, cancellationToken);

    private static async Task<JsonHttpResult<Listing>> ListAsync(HttpContext http, ProxyFiles files, CancellationToken cancellationToken)
    {
        var path = (await MlflowRequest.ReadAsync(http)).Text("path");
        return Answer(new Listing(ProxyPath.Find(path) is { } at ? await files.ListAsync(http, at, cancellationToken) : []));
    }

    private static async Task<JsonHttpResult<Nothing>> UploadAsync(
        string? path, HttpContext http, ProxyFiles files, CancellationToken cancellationToken)
    {
        await files.WriteAsync(http, ProxyPath.Of(path), http.Request.Body, cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Nothing>> DeleteAsync(
        string? path, HttpContext http, ProxyFiles files, CancellationToken cancellationToken)
    {
        await files.DeleteAsync(http, ProxyPath.Of(path), cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<ListingOfRun>> ListOfRunAsync(
        HttpContext http, ProxyFiles files, Database database, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var (runId, path) = (request.RunId(), ProxyPath.Safe(request.Text("path") ?? "").Trim('/'));
        var info = await database.ReadAsync(
            async (db, token) => await db.RunInfoAsync(await db.ReadableRunAsync(http, runId, token), token), cancellationToken);
        var found = await files.ListAsync(http, new(runId, path), cancellationToken);
        var prefix = path.Length == 0 ? "" : path + "/";
        return Answer(new ListingOfRun(info.ArtifactUri, [.. found.Select(file => file with { Path = prefix + file.Path })]));
    }

    private static async Task<IResult> DownloadOfRunAsync(HttpContext http, ProxyFiles files, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var path = ProxyPath.Safe(request.RequiredText("path"));
        return await files.DownloadAsync(http, new(request.RunId(), path), cancellationToken);
    }

    private static async Task<JsonHttpResult<Nothing>> UploadOfPageAsync(
        HttpContext http, ProxyFiles files, CancellationToken cancellationToken)
    {
        var request = MlflowRequest.OfQuery(http.Request.Query);
        var runId = request.Text("run_uuid") is { Length: > 0 } id ? id
            : throw MlflowException.Invalid("Request must specify run_uuid.");
        var path = request.Text("path") is { Length: > 0 } given ? ProxyPath.Safe(given)
            : throw MlflowException.Invalid("Request must specify path.");
        if (http.Request.ContentLength is null or 0)
        {
            throw MlflowException.Invalid("Request must specify data.");
        }
        await files.WriteAsync(http, new(runId, path), http.Request.Body, cancellationToken);
        return Empty;
    }
}
