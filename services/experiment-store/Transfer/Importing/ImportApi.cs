using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Transfer.Importing.Mlflow;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.ServiceDefaults.Errors;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>The import that was queued.</summary>
internal sealed record ImportAccepted(string ImportId, ImportState State);

/// <summary>An import, its progress in bytes, and what it has stored and left out so far.</summary>
internal sealed record ImportView(
    string ImportId, ImportFormat Format, ImportState State, string? Path, string? Database, string? ArtifactsPath, string? ExperimentId,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, long BytesTotal, long BytesRead, int Runs,
    int RunsSkipped, long Added, long Repeated, long Ignored, IReadOnlyList<string> Notices, ErrorCode? ErrorCode, string? Message)
{
    public static ImportView Of(Import import) => new(
        import.Id, import.Format, import.State, import.Path, import.Database, import.ArtifactsPath, import.ExperimentId,
        import.CreatedAt, import.StartedAt, import.EndedAt, import.BytesTotal, import.BytesRead, import.Runs, import.RunsSkipped,
        import.Added, import.Repeated, import.Ignored, import.Notices?.Split('\n') ?? [], import.ErrorCode, import.Message);
}

internal static class ImportApi
{
    private const int MaxRequestBytes = 64 * 1024;

    private const string Example = """
        {"import_id":"import-4f9k2m7qx1tz","format":"tensorboard","state":"running","path":"/srv/corpora/runs/2025",
         "database":null,"artifacts_path":null,"created_at":"2026-03-04T12:00:00Z","bytes_total":1048576,
         "bytes_read":524288,"runs":3,"runs_skipped":0,"added":120000,"repeated":0,"ignored":12,"notices":[]}
        """;

    public static void MapImport(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/import", CreateAsync).WithTags("Imports").WithName("Import")
            .WithSummary("Import runs: a path as JSON, or with format in the query the body itself: an export, archive or file")
            .Accepts<ImportRequest>("application/json", "*/*")
            .WithBinaryBody("With format in the query, the data to import; otherwise JSON with its path. The Content-Type is ignored.")
            .WithErrors(ErrorCode.PathForbidden, ErrorCode.DataNotFound, ErrorCode.PayloadTooLarge)
            .WithRequestExample("""{"path":"runs/2025","format":"tensorboard"}""")
            .WithResponseExample("""{"import_id":"import-4f9k2m7qx1tz","state":"queued"}""", StatusCodes.Status202Accepted);
        var imports = endpoints.MapGroup("/imports").WithTags("Imports");
        imports.MapGet("", ListAsync).WithName("ListImports").WithSummary("Imports, newest first")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        imports.MapGet("/{importId}", GetAsync).WithName("GetImport").WithSummary("The progress of an import, and its error")
            .WithResponseExample(Example);
        imports.MapPost("/{importId}/cancel", CancelAsync).WithName("CancelImport")
            .WithSummary("Stop an import; stored runs and points stay")
            .WithErrors(ErrorCode.IllegalTransition).WithResponseExample(Example);
    }

    private static async Task<Accepted<ImportAccepted>> CreateAsync(
        HttpRequest request, [FromQuery(Name = "format")] string? format, [FromQuery(Name = "experiment_id")] string? experimentId,
        [FromQuery(Name = "step_multiplier"), Range(1, ImportRequest.MaxStepMultiplier)] int? stepMultiplier,
        ImportFolders folders, SealedSecrets secrets, ImportWorker worker, IOptions<ImportOptions> options,
        Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = format is null ? await ReadAsync(request, cancellationToken) : new(Path: null, format, experimentId, stepMultiplier);
        TrainyardException.ThrowIfAny([.. body.Problems(upload: format is not null)]);
        var address = body.DatabaseUri is { } uri ? MlflowAddress.Parse(uri) : null;
        var import = new Import
        {
            Id = Identifier.Create("import"),
            Format = Enum.Parse<ImportFormat>(body.Format ?? "", ignoreCase: true),
            Path = format is null && address is null ? folders.Resolve(body.Path ?? "", "path") : null,
            Database = address?.Shown,
            DatabaseUri = body.DatabaseUri is { } secret ? secrets.Seal(secret) : null,
            ArtifactsPath = body.ArtifactsPath is { } artifacts ? folders.Resolve(artifacts, "artifacts_path") : null,
            ExperimentId = body.ExperimentId,
            StepMultiplier = body.StepMultiplier ?? 1,
            CreatedAt = clock.GetUtcNow(),
        };
        if (import is { Path: null, Database: null })
        {
            await ReceiveAsync(request, folders, import.Id, options.Value.MaxUploadBytes, cancellationToken);
        }
        await database.WriteAsync((db, _) =>
        {
            db.Imports.Add(import);
            return Task.CompletedTask;
        }, cancellationToken);
        worker.Signal();
        return TypedResults.Accepted($"/api/imports/{import.Id}", new ImportAccepted(import.Id, import.State));
    }

    private static async Task<Ok<Page<ImportView>>> ListAsync(
        [FromQuery(Name = "limit"), Range(1, QueryLimit.MaxPageSize)] int? limit, [FromQuery(Name = "cursor")] string? cursor,
        Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var pageSize = QueryLimit.Of(limit, 50, QueryLimit.MaxPageSize);
            var imports = db.Imports.AsQueryable();
            if (Cursor.Parse(cursor, "created_at") is { } after)
            {
                var (time, id) = (after.Time, after.Id);
                imports = imports.Where(import => import.CreatedAt < time
                    || (import.CreatedAt == time && string.Compare(import.Id, id) < 0));
            }
            var rows = await imports.OrderByDescending(import => import.CreatedAt).ThenByDescending(import => import.Id).Take(pageSize + 1)
                .ToListAsync(token);
            var page = rows.Take(pageSize).ToList();
            var next = rows.Count > pageSize ? Cursor.At("created_at", page[^1].CreatedAt, page[^1].Id).ToString() : null;
            return new Page<ImportView>([.. page.Select(ImportView.Of)], next);
        }, cancellationToken));

    private static async Task<Ok<ImportView>> GetAsync(string importId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
            Identifier.IsValid(importId) && await db.Imports.SingleOrDefaultAsync(row => row.Id == importId, token) is { } import
                ? ImportView.Of(import)
                : throw NoImport(importId), cancellationToken));

    private static async Task<Ok<ImportView>> CancelAsync(
        string importId, Database database, ImportFolders folders, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (waited, ran) = await database.WriteAsync(async (db, token) =>
            (await StopAsync(db, ImportState.Queued, token), await StopAsync(db, ImportState.Running, token)), cancellationToken);
        var view = await GetAsync(importId, database, cancellationToken);
        if (!waited && !ran && view.Value?.State is not ImportState.Cancelled)
        {
            throw new TrainyardException(ErrorCode.IllegalTransition, $"Import {importId} has already ended.");
        }
        // The worker that reads a running import removes its files itself.
        if (waited)
        {
            folders.Remove(importId);
        }
        return view;

        async Task<bool> StopAsync(StoreContext db, ImportState from, CancellationToken token) => await db.Imports
            .Where(import => import.Id == importId && import.State == from)
            .ExecuteUpdateAsync(
                update => update.SetProperty(row => row.State, ImportState.Cancelled).SetProperty(row => row.EndedAt, now)
                    .SetProperty(row => row.DatabaseUri, (SealedText?)null), token) > 0;
    }

    /// <summary>Streams the body to disk, and removes it if it is incomplete.</summary>
    private static async Task ReceiveAsync(
        HttpRequest request, ImportFolders folders, string importId, long maxBytes, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
        Directory.CreateDirectory(folders.Of(importId));
        try
        {
            await using var file = new FileStream(folders.Upload(importId), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            var buffer = new byte[64 * 1024];
            while (await request.Body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (file.Length + read > maxBytes)
                {
                    throw new TrainyardException(ErrorCode.PayloadTooLarge,
                        $"An upload may have at most {maxBytes} bytes (IMPORT__MAX_UPLOAD_BYTES).");
                }
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            if (file.Length == 0)
            {
                throw new TrainyardException(ErrorCode.ConfigInvalid, "The body is empty. Send the data to import.");
            }
            file.Flush(flushToDisk: true);
        }
        catch
        {
            folders.Remove(importId);
            throw;
        }
    }

    private static async Task<ImportRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxRequestBytes];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var json = buffer.AsMemory(0, length);
        try
        {
            return (length < buffer.Length ? JsonSerializer.Deserialize<ImportRequest>(json.Span, WireJson.Options) : null)
                ?? throw Unreadable(json);
        }
        catch (JsonException)
        {
            throw Unreadable(json);
        }
    }

    private static TrainyardException Unreadable(ReadOnlyMemory<byte> json)
    {
        IReadOnlyList<Problem> problems = json.Length < MaxRequestBytes
            ? JsonFaults.Of(json, typeof(ImportRequest), WireJson.Options)
            : [new(JsonFaults.Body, $"must have fewer than {MaxRequestBytes} bytes")];
        // An object is meant as a request, anything else as an upload.
        return new(ErrorCode.ConfigInvalid, json.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            ? problems
            : [.. problems, new("format", "must be in the query of an upload: ?format=trainyard|tensorboard|neptune|mlflow")]);
    }

    private static TrainyardException NoImport(string id) =>
        new(ErrorCode.DataNotFound, $"There is no import '{(id.Length <= 128 ? id : id[..128] + "…")}'.");
}
