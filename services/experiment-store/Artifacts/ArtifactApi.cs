using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Trainyard.Artifacts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Bodies;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>A file that a run has reported. It may be anywhere.</summary>
internal sealed record RegisteredArtifact(string Path, string? Kind, long? Size, string? Sha256, DateTimeOffset SavedAt);

/// <summary>The files of a run or tokenizer.</summary>
/// <param name="Kind"><c>models</c> or <c>tokenizers</c>.</param>
/// <param name="Id">The run or tokenizer.</param>
/// <param name="Files">Files in its folder.</param>
/// <param name="Truncated">True if there are more files than listed.</param>
/// <param name="Registered">Files that the run's events have reported.</param>
internal sealed record ArtifactList(
    string Kind, string Id, IReadOnlyList<ArtifactFile> Files, bool Truncated, IReadOnlyList<RegisteredArtifact> Registered);

internal static class ArtifactApi
{
    private const string Zip = "application/zip";
    private const string Tar = "application/x-tar";
    private const int MaxFiles = 10_000;

    public static void MapArtifacts(this IEndpointRouteBuilder endpoints)
    {
        var artifacts = endpoints.MapGroup("/artifacts/{kind}/{id}").WithTags("Artifacts").WithErrors(ErrorCode.PathForbidden);
        artifacts.MapGet("", GetAsync).WithName("ListArtifacts")
            .WithSummary("List the files of a run or tokenizer, or download them as an archive").WithErrors(ErrorCode.RunNotFound)
            .WithContent(Zip, Tar)
            .WithResponseExample("""
                {"kind":"models","id":"run-4f9k2m7qx1tz",
                 "files":[{"path":"model.safetensors","size":14680064,"modified":"2026-03-04T12:00:00Z","local":true,"uploaded":false}],
                 "truncated":false,"registered":[]}
                """);
        artifacts.MapGet("/{**path}", DownloadAsync).WithName("DownloadArtifact").WithSummary("Download a file; ranges are supported")
            .Produces(StatusCodes.Status200OK).Produces(StatusCodes.Status304NotModified).WithContent("application/octet-stream")
            .WithErrors(ErrorCode.RunNotFound);
        var limits = endpoints.ServiceProvider.GetRequiredService<IOptions<ArtifactOptions>>().Value;
        var own = endpoints.MapGroup("/artifacts/models/{id}").WithTags("Artifacts")
            .WithErrors(ErrorCode.PathForbidden, ErrorCode.RunNotFound);
        own.MapPut("/{**path}", UploadAsync).WithName("UploadArtifact")
            .WithSummary("Upload a file of a run. The body is its content; X-Content-SHA256 is verified if given")
            .WithMetadata(new BodyLimit(limits.MaxUploadBytes, "ARTIFACTS__MAX_UPLOAD_BYTES"))
            .WithErrors(ErrorCode.IllegalTransition, ErrorCode.ConfigInvalid, ErrorCode.PayloadTooLarge)
            .WithBinaryBody("The file.")
            .WithResponseExample("""
                {"path":"plots/loss.png","kind":"upload","size":48213,
                 "sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","saved_at":"2026-03-04T12:00:00Z"}
                """, StatusCodes.Status201Created);
        own.MapDelete("/{**path}", DeleteAsync).WithName("DeleteArtifact").WithSummary("Delete a file of a run");
    }

    private static async Task<Results<Ok<ArtifactList>, PushStreamHttpResult>> GetAsync(
        string kind, string id, [FromQuery(Name = "archive")] string? archive, HttpRequest request, ArtifactFiles files, Database database,
        CancellationToken cancellationToken)
    {
        var format = archive ?? Accepted(request);
        if (format is not (null or "zip" or "tar"))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("archive", "must be zip or tar")]);
        }
        await RequireNotDeletedAsync(kind, id, database, cancellationToken);
        if (format is null)
        {
            return TypedResults.Ok(await ListAsync(kind, id, files, database, cancellationToken));
        }
        if (!await files.ListAsync(kind, id, cancellationToken).AnyAsync(cancellationToken))
        {
            throw NoArtifacts(kind, id);
        }
        var archiver = new ArtifactArchive(files, kind, id);
        Func<Stream, Task> write = format switch
        {
            _ when HttpMethods.IsHead(request.Method) => _ => Task.CompletedTask,
            "zip" => body => archiver.WriteZipAsync(body, cancellationToken),
            _ => body => archiver.WriteTarAsync(body, cancellationToken),
        };
        return TypedResults.Stream(write, format == "zip" ? Zip : Tar, $"{id}.{format}");
    }

    private static async Task<ArtifactList> ListAsync(
        string kind, string id, ArtifactFiles artifacts, Database database, CancellationToken cancellationToken)
    {
        var files = await artifacts.ListAsync(kind, id, cancellationToken).Take(MaxFiles + 1).ToListAsync(cancellationToken);
        var registered = kind == ArtifactFiles.Models ? await RegisteredAsync(database, id, cancellationToken) : [];
        return files.Count == 0 && registered.Count == 0
            ? throw NoArtifacts(kind, id)
            : new(kind, id, [.. files.Take(MaxFiles).OrderBy(file => file.Path, StringComparer.Ordinal)],
                files.Count > MaxFiles, registered);
    }

    private static async Task<FileStreamHttpResult> DownloadAsync(
        string kind, string id, string? path, ArtifactFiles files, Database database, HttpResponse response,
        CancellationToken cancellationToken)
    {
        path = Decoded(path);
        await RequireNotDeletedAsync(kind, id, database, cancellationToken);
        var (file, content) = await files.OpenAsync(kind, id, path, cancellationToken) ?? throw Missing(kind, id, path);
        // A browser must never run an uploaded file as a page or script of Trainyard's origin.
        const string Type = "application/octet-stream";
        response.Headers.ContentSecurityPolicy = "sandbox";
        var name = Path.GetFileName(file.Path);
        var tag = new EntityTagHeaderValue($"\"{file.Modified.UtcTicks:x}-{file.Size:x}\"");
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(content, Type, name, file.Modified, tag, enableRangeProcessing: true);
    }

    private static async Task<Created<RegisteredArtifact>> UploadAsync(
        string id, string? path, [FromHeader(Name = "X-Content-SHA256")] string? sha256, HttpContext http, RunFiles files,
        CancellationToken cancellationToken)
    {
        var saved = await files.WriteAsync(id, Decoded(path), http.Request.Body, sha256, http.TraceIdentifier, cancellationToken);
        var escaped = string.Join('/', saved.Path.Split('/').Select(Uri.EscapeDataString));
        return TypedResults.Created(
            $"/api/artifacts/{ArtifactFiles.Models}/{id}/{escaped}",
            new RegisteredArtifact(saved.Path, saved.Kind, saved.Size, saved.Sha256, saved.Time));
    }

    private static async Task<NoContent> DeleteAsync(string id, string? path, RunFiles files, CancellationToken cancellationToken) =>
        await files.DeleteAsync(id, Decoded(path), cancellationToken)
            ? TypedResults.NoContent()
            : throw Missing(ArtifactFiles.Models, id, Decoded(path));

    /// <summary>Refuses the files of a deleted run. Files of a run that only the folder knows can be read.</summary>
    /// <exception cref="TrainyardException">RUN_NOT_FOUND.</exception>
    private static async Task RequireNotDeletedAsync(string kind, string id, Database database, CancellationToken cancellationToken)
    {
        if (kind == ArtifactFiles.Models && await database.ReadAsync(
            (db, token) => db.Runs.AnyAsync(run => run.Id == id && (run.DeletedAt != null || run.Removing), token), cancellationToken))
        {
            throw RunLookup.NoRun(id);
        }
    }

    /// <summary>
    /// Decodes <c>%2F</c> in a route's path. Clients that encode the path as one segment send it, and the server leaves it encoded.
    /// </summary>
    private static string Decoded(string? path) => (path ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static string? Accepted(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Any(type => type.MediaType == Zip) ? "zip" : accepted.Any(type => type.MediaType == Tar) ? "tar" : null;
    }

    private static TrainyardException Missing(string kind, string id, string? path) =>
        new(ErrorCode.DataNotFound, $"There is no artifact '{path}' of {kind} '{id}'.");

    private static TrainyardException NoArtifacts(string kind, string id) =>
        new(ErrorCode.DataNotFound, $"There are no artifacts of {kind} '{id}'.");

    private static Task<List<RegisteredArtifact>> RegisteredAsync(Database database, string runId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Artifacts
            .Where(artifact => artifact.RunId == runId)
            .OrderBy(artifact => artifact.Path)
            .Take(MaxFiles)
            .Select(artifact => new RegisteredArtifact(artifact.Path, artifact.Kind, artifact.Size, artifact.Sha256, artifact.SavedAt))
            .ToListAsync(token), cancellationToken);
}
