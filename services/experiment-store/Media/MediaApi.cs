using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MediaFiles;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Media;

internal static class MediaApi
{
    // Enough for every format that is recognised by its first bytes.
    private const int StartBytes = 64;

    public static void MapMedia(this IEndpointRouteBuilder endpoints)
    {
        var media = endpoints.MapGroup("/runs/{runId}/media").WithTags("Media").WithErrors(ErrorCode.RunNotFound);
        media.MapGet("", ListAsync).WithName("ListMedia").WithSummary("Images, audio, texts, tables and histograms of a run, by name")
            .WithResponseExample("""
                {"run_id":"abc-123","media":[{"name":"examples","kind":"image","items":24,"steps":3,"first_step":0,"last_step":200}],
                 "truncated":false}
                """);
        media.MapGet("/steps", StepsAsync).WithName("ListMediaSteps").WithSummary("The steps at which media of a name were logged")
            .WithErrors(ErrorCode.DataNotFound)
            .WithResponseExample("""
                {"run_id":"abc-123","name":"examples","kind":"image","steps":[0,100,200],"total_steps":3}
                """);
        media.MapGet("/at", AtAsync).WithName("GetMediaAtStep")
            .WithSummary("The media of a name at a step, or the nearest step before it").WithErrors(ErrorCode.DataNotFound)
            .WithResponseExample("""
                {"run_id":"abc-123","name":"examples","kind":"image","step":100,"items":[{"id":812,"index":0,"caption":"a cat","attempt":1,
                 "time":"2026-03-04T12:00:00Z","content_type":"image/png","size":4821,"width":64,"height":64,"path":null}],
                 "truncated":false}
                """);
        media.MapGet("/histograms", HistogramsAsync).WithName("GetHistograms")
            .WithSummary("The histograms of a name, step by step").WithErrors(ErrorCode.DataNotFound)
            .WithResponseExample("""
                {"run_id":"abc-123","name":"weights","histograms":[{"step":0,"histogram":{"edges":[-1,0,1],"counts":[3,5],"nan_count":0,
                 "infinite_count":0}}],"total_steps":1}
                """);
        media.MapGet("/items/{itemId}", DownloadAsync).WithName("DownloadMedia")
            .WithSummary("The content of one item: a file, UTF-8 text, or the JSON of a table or histogram; ranges are supported")
            .Produces(StatusCodes.Status200OK).Produces(StatusCodes.Status304NotModified)
            .WithContent("image/png", "image/jpeg", "image/gif", "image/webp", "audio/wav", "audio/mpeg", "audio/ogg", "text/plain",
                MediaContent.Json)
            .WithResponseExample("""[{"step":0,"loss":2.5},{"step":10,"loss":1.5}]""")
            .WithErrors(ErrorCode.DataNotFound, ErrorCode.PathForbidden);
    }

    private static async Task<Ok<MediaList>> ListAsync(
        string runId, [AsParameters] MediaListQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<MediaStepList>> StepsAsync(
        string runId, [AsParameters] MediaStepsQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<MediaAtStep>> AtAsync(
        string runId, [AsParameters] MediaAtQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<HistogramHistory>> HistogramsAsync(
        string runId, [AsParameters] HistogramsQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<FileStreamHttpResult> DownloadAsync(
        string runId, long itemId, Database database, ArtifactFiles files, HttpResponse response, CancellationToken cancellationToken)
    {
        var item = await database.ReadAsync(async (db, token) =>
        {
            await db.RequireRunAsync(runId, token);
            return await db.Media.SingleOrDefaultAsync(row => row.Id == itemId && row.RunId == runId, token);
        }, cancellationToken) ?? throw new TrainyardException(ErrorCode.DataNotFound, $"Run {runId} has no media item {itemId}.");
        var (content, type) = item is { Content: { } bytes, ContentType: { } known }
            ? (new MemoryStream(bytes), known)
            : await UploadedAsync(item, files, cancellationToken);
        // The type is one that was recognised. A browser must not look for another one, or run anything.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers.CacheControl = "private, max-age=86400";
        var tag = new EntityTagHeaderValue($"\"{item.Id:x}-{content.Length:x}\"");
        return TypedResults.Stream(content, type, lastModified: item.Time, entityTag: tag, enableRangeProcessing: true);
    }

    private static async Task<(Stream Content, string Type)> UploadedAsync(
        MediaItem item, ArtifactFiles files, CancellationToken cancellationToken)
    {
        var (_, content) = await files.OpenAsync(ArtifactFiles.Models, item.RunId, item.Path ?? "", cancellationToken)
            ?? throw new TrainyardException(ErrorCode.DataNotFound, $"The file '{item.Path}' of run {item.RunId} is not uploaded.");
        var start = new byte[StartBytes];
        var read = await content.ReadAtLeastAsync(start, StartBytes, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        if (MediaContent.ContentTypeOf(item.Kind, start.AsSpan(0, read)) is { } type)
        {
            return (content, type);
        }
        await content.DisposeAsync();
        var formats = item.Kind is MediaKind.Image ? "PNG, JPEG, GIF or WebP image" : "WAV, MP3 or Ogg file";
        throw new TrainyardException(ErrorCode.DataNotFound, $"The file '{item.Path}' of run {item.RunId} is no {formats}.");
    }
}
