using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Artifacts;

internal sealed record ArtifactFile(string Path, long Size, DateTimeOffset ModifiedAt);

/// <summary>A file a run said it left, wherever that is.</summary>
internal sealed record RegisteredArtifact(string Path, string? Kind, long? Size, string? Sha256, DateTimeOffset SavedAt);

/// <param name="Kind"><c>models</c> or <c>tokenizers</c>.</param>
/// <param name="Id">The run or tokenizer.</param>
/// <param name="Files">What lies in its folder.</param>
/// <param name="Truncated">Whether there are more files than are listed.</param>
/// <param name="Registered">What the run's own events have named.</param>
internal sealed record ArtifactList(
    string Kind, string Id, IReadOnlyList<ArtifactFile> Files, bool Truncated, IReadOnlyList<RegisteredArtifact> Registered);

internal sealed record Evaluation(string RunId, JsonElement Metrics, IReadOnlyList<string> Artifacts);

internal static class ArtifactApi
{
    private const string Models = "models";
    private const int MostFiles = 10_000;
    private const int LongestMetrics = 1 << 20;

    private static readonly string[] Kinds = [Models, "tokenizers"];

    // Links are neither listed nor followed: they may lead out of the folder.
    private static readonly EnumerationOptions Walk = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 16 };

    public static void MapArtifacts(this IEndpointRouteBuilder endpoints)
    {
        var artifacts = endpoints.MapGroup("/artifacts/{kind}/{id}").WithTags("Artifacts");
        artifacts.MapGet("", ListAsync).WithName("ListArtifacts").WithSummary("The files of a run or tokenizer");
        artifacts.MapGet("/{**path}", Download).WithName("DownloadArtifact").WithSummary("One file; ranges are supported");
        endpoints.MapGet("/runs/{runId}/eval", EvaluationAsync)
            .WithTags("Runs").WithName("GetEvaluation").WithSummary("The latest evaluation of a run's model, and where its samples lie");
    }

    private static async Task<Ok<ArtifactList>> ListAsync(string kind, string id, AppPaths paths, Database database, CancellationToken cancellationToken)
    {
        var folder = Folder(paths, kind, id);
        var files = Directory.Exists(folder)
            ? new DirectoryInfo(folder).EnumerateFiles("*", Walk).Take(MostFiles + 1).Select(file => new ArtifactFile(
                Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length, new DateTimeOffset(file.LastWriteTimeUtc))).ToList()
            : [];
        var registered = kind == Models ? await RegisteredAsync(database, id, cancellationToken) : [];
        if (files.Count == 0 && registered.Count == 0)
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"There are no artifacts of {kind} '{id}'.");
        }
        return TypedResults.Ok(new ArtifactList(
            kind, id, [.. files.Take(MostFiles).OrderBy(file => file.Path, StringComparer.Ordinal)], files.Count > MostFiles, registered));
    }

    private static PhysicalFileHttpResult Download(string kind, string id, string path, AppPaths paths)
    {
        Folder(paths, kind, id);
        var file = new FileInfo(paths.ResolveArtifact(kind, id, path));
        return file.Exists
            ? TypedResults.PhysicalFile(file.FullName, "application/octet-stream", file.Name, new DateTimeOffset(file.LastWriteTimeUtc), enableRangeProcessing: true)
            : throw new TrainyardException(ErrorCode.DataNotFound, $"'{path}' is not among the artifacts of {kind} '{id}'.");
    }

    private static async Task<Ok<Evaluation>> EvaluationAsync(string runId, AppPaths paths, Database database, CancellationToken cancellationToken)
    {
        await database.ReadAsync((db, token) => db.RequireRunAsync(runId, token), cancellationToken);
        var metrics = new FileInfo(paths.ResolveArtifact(Models, runId, "eval/metrics.json"));
        if (metrics is not { Exists: true, Length: <= LongestMetrics })
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"Run '{runId}' has not been evaluated.");
        }
        try
        {
            var folder = metrics.DirectoryName ?? "";
            var files = Directory.EnumerateFiles(folder, "*", Walk).Select(file => $"/api/artifacts/{Models}/{runId}/eval/{Path.GetRelativePath(folder, file)}");
            return TypedResults.Ok(new Evaluation(runId, JsonElement.Parse(await File.ReadAllBytesAsync(metrics.FullName, cancellationToken)), [.. files.Order(StringComparer.Ordinal)]));
        }
        catch (JsonException exception)
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"The evaluation of run '{runId}' can't be read.", exception);
        }
    }

    private static string Folder(AppPaths paths, string kind, string id) => Kinds.Contains(kind, StringComparer.Ordinal) && Identifier.IsValid(id)
        ? paths.ResolveArtifact(kind, id)
        : throw new TrainyardException(ErrorCode.DataNotFound, $"Artifacts are of {string.Join(" or ", Kinds)}, by id.");

    private static Task<List<RegisteredArtifact>> RegisteredAsync(Database database, string runId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Artifacts
            .Where(one => one.RunId == runId)
            .OrderBy(one => one.Path)
            .Take(MostFiles)
            .Select(one => new RegisteredArtifact(one.Path, one.Kind, one.Size, one.Sha256, one.SavedAt))
            .ToListAsync(token), cancellationToken);
}
