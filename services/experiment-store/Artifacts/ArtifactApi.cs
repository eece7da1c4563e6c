using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>A file a run said it left, wherever that is.</summary>
internal sealed record RegisteredArtifact(string Path, string? Kind, long? Size, string? Sha256, DateTimeOffset SavedAt);

/// <param name="Kind"><c>models</c> or <c>tokenizers</c>.</param>
/// <param name="Id">The run or tokenizer.</param>
/// <param name="Files">What lies in its folder.</param>
/// <param name="Truncated">Whether there are more files than are listed.</param>
/// <param name="Registered">What the run's own events have named.</param>
internal sealed record ArtifactList(
    string Kind, string Id, IReadOnlyList<ArtifactFile> Files, bool Truncated, IReadOnlyList<RegisteredArtifact> Registered);

internal static class ArtifactApi
{
    private const string Models = "models";
    private const string Zip = "application/zip";
    private const string Tar = "application/x-tar";
    private const int MostFiles = 10_000;

    private static readonly string[] Kinds = [Models, "tokenizers"];

    private static readonly FileExtensionContentTypeProvider ContentTypes = new()
    {
        Mappings = { [".jsonl"] = "application/x-ndjson", [".log"] = "text/plain", [".md"] = "text/markdown", [".yaml"] = "application/yaml", [".yml"] = "application/yaml" },
    };

    public static void MapArtifacts(this IEndpointRouteBuilder endpoints)
    {
        var artifacts = endpoints.MapGroup("/artifacts/{kind}/{id}").WithTags("Artifacts");
        artifacts.MapGet("", GetAsync).WithName("ListArtifacts").WithSummary("The files of a run or tokenizer, or all of them as an archive");
        artifacts.MapGet("/{**path}", Download).WithName("DownloadArtifact").WithSummary("One file; ranges are supported");
        artifacts.MapMethods("/{**path}", [HttpMethods.Head], Download).ExcludeFromDescription();
    }

    private static async Task<Results<Ok<ArtifactList>, PushStreamHttpResult>> GetAsync(
        string kind, string id, [FromQuery(Name = "archive")] string? archive, HttpRequest request, AppPaths paths, Database database, CancellationToken cancellationToken)
    {
        var folder = new ArtifactFolder(Folder(paths, kind, id));
        var format = archive ?? Accepted(request);
        if (format is not (null or "zip" or "tar"))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("archive", "must be zip or tar")]);
        }
        if (format is null)
        {
            return TypedResults.Ok(await ListAsync(kind, id, folder, database, cancellationToken));
        }
        if (!folder.Files.Any())
        {
            throw None(kind, id);
        }
        var whole = new ArtifactArchive(folder, id);
        return format == "zip"
            ? TypedResults.Stream(body => whole.WriteZipAsync(body, cancellationToken), Zip, $"{id}.zip")
            : TypedResults.Stream(body => whole.WriteTarAsync(body, cancellationToken), Tar, $"{id}.tar");
    }

    private static async Task<ArtifactList> ListAsync(string kind, string id, ArtifactFolder folder, Database database, CancellationToken cancellationToken)
    {
        var files = folder.Files.Take(MostFiles + 1).ToList();
        var registered = kind == Models ? await RegisteredAsync(database, id, cancellationToken) : [];
        return files.Count == 0 && registered.Count == 0
            ? throw None(kind, id)
            : new(kind, id, [.. files.Take(MostFiles).OrderBy(file => file.Path, StringComparer.Ordinal)], files.Count > MostFiles, registered);
    }

    private static PhysicalFileHttpResult Download(string kind, string id, string? path, AppPaths paths, HttpResponse response)
    {
        Folder(paths, kind, id);
        var file = new FileInfo(paths.ResolveArtifact(kind, id, path ?? ""));
        if (!file.Exists || ArtifactFolder.HasUnfinished(path ?? ""))
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"'{path}' is not among the artifacts of {kind} '{id}'.");
        }
        var modified = new DateTimeOffset(file.LastWriteTimeUtc);
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.PhysicalFile(
            file.FullName, ContentTypes.TryGetContentType(file.Name, out var type) ? type : "application/octet-stream", file.Name, modified,
            new EntityTagHeaderValue($"\"{modified.Ticks:x}-{file.Length:x}\""), enableRangeProcessing: true);
    }

    private static string? Accepted(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Any(type => type.MediaType == Zip) ? "zip" : accepted.Any(type => type.MediaType == Tar) ? "tar" : null;
    }

    private static string Folder(AppPaths paths, string kind, string id) => Kinds.Contains(kind, StringComparer.Ordinal) && Identifier.IsValid(id)
        ? paths.ResolveArtifact(kind, id)
        : throw new TrainyardException(ErrorCode.DataNotFound, $"Artifacts are of {string.Join(" or ", Kinds)}, by id.");

    private static TrainyardException None(string kind, string id) => new(ErrorCode.DataNotFound, $"There are no artifacts of {kind} '{id}'.");

    private static Task<List<RegisteredArtifact>> RegisteredAsync(Database database, string runId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Artifacts
            .Where(one => one.RunId == runId)
            .OrderBy(one => one.Path)
            .Take(MostFiles)
            .Select(one => new RegisteredArtifact(one.Path, one.Kind, one.Size, one.Sha256, one.SavedAt))
            .ToListAsync(token), cancellationToken);
}
