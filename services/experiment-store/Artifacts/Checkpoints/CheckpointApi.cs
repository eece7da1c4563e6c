using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>Registers and lists checkpoints.</summary>
internal static class CheckpointApi
{
    private const int MaxAtOnce = 1_000;

    public const string Example = """
        {"checkpoint_id":"ckpt-1a2b3c4d5e6f","run_id":"run-4f9k2m7qx1tz","path":"checkpoints/1200","attempt":1,"step":1200,"is_best":true,
         "size":14680064,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         "metrics":{"val_loss":2.31},"metadata":null,"saved_at":"2026-03-04T12:00:00Z",
         "validation":"valid","checked_at":"2026-03-04T12:00:01Z","format":"folder","tensors":52,"parameters":3670016,"available":true}
        """;

    public static void MapCheckpoints(this IEndpointRouteBuilder endpoints)
    {
        var ofRun = endpoints.MapGroup("/runs/{runId}/checkpoints").WithTags("Checkpoints");
        ofRun.MapGet("", ListAsync).WithName("ListCheckpoints")
            .WithSummary("List checkpoints of a run, ordered by step, saved_at, size or metrics.<name>; default step desc")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        ofRun.MapPost("", RegisterAsync).WithName("RegisterCheckpoint")
            .WithSummary("Register a file or folder as a checkpoint. It must exist and be valid; the check runs no code in it")
            .WithMetadata(new RequestSizeLimitAttribute(1_000_000))
            .WithErrors(ErrorCode.CheckpointInvalid, ErrorCode.PathForbidden, ErrorCode.IllegalTransition)
            .WithRequestExample("""{"path":"checkpoints/1200/model.safetensors","step":1200,"is_best":true,"metrics":{"val_loss":2.31}}""")
            .WithResponseExample(Example, StatusCodes.Status201Created);
        endpoints.MapGet("/checkpoints/{checkpointId}", GetAsync).WithTags("Checkpoints").WithName("GetCheckpoint")
            .WithSummary("Get a checkpoint, with the format and problems of its files")
            .WithResponseExample(Example);
    }

    private static async Task<Ok<Page<CheckpointView>>> ListAsync(
        string runId, [FromQuery(Name = "order_by")] string? orderBy, [FromQuery(Name = "best")] bool? best,
        [FromQuery(Name = "limit"), Range(1, MaxAtOnce)] int? limit,
        [FromQuery(Name = "cursor")] string? cursor, Database database, CheckpointPaths paths, CancellationToken cancellationToken)
    {
        var (order, pageSize) = (CheckpointOrder.Parse(orderBy), QueryLimit.Of(limit, 100, MaxAtOnce));
        return TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            await db.RequireRunAsync(runId, token);
            var (ids, next) = await order.PageAsync(db, runId, best is true, pageSize, cursor, token);
            var rows = await db.Checkpoints.Where(checkpoint => ids.Contains(checkpoint.Id))
                .ToDictionaryAsync(checkpoint => checkpoint.Id, StringComparer.Ordinal, token);
            return new Page<CheckpointView>([.. ids.Where(rows.ContainsKey).Select(id => CheckpointView.Of(rows[id], paths))], next);
        }, cancellationToken));
    }

    private static async Task<Created<CheckpointView>> RegisterAsync(
        string runId, NewCheckpoint request, Database database, CheckpointPaths paths, CheckpointChecks checks, IEventStore events,
        TimeProvider clock, HttpContext http, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. request.Validate()]);
        await database.ReadAsync(
            (db, token) => db.RequireOutsideRunAsync(runId, "only its trainer registers its checkpoints", token), cancellationToken);
        if (paths.Find(runId, request.Place).Place is CheckpointPlace.Forbidden)
        {
            throw new TrainyardException(ErrorCode.PathForbidden,
                [new("path", "must be in the folder of its run, or in one of CHECKPOINTS__ROOTS")]);
        }
        var wanted = request with { Path = paths.NameOf(runId, request.Place), Filepath = null };
        var findings = await checks.CheckAsync(runId, wanted, cancellationToken);
        if (findings.Problems.Count > 0)
        {
            throw new TrainyardException(
                ErrorCode.CheckpointInvalid, [.. findings.Problems.Select(problem => new Problem("path", problem))]);
        }

        var saved = new CheckpointSaved
        {
            EventId = Guid.CreateVersion7(),
            RunId = runId,
            Time = clock.GetUtcNow(),
            Path = wanted.Place,
            Step = wanted.Step,
            IsBest = wanted.IsBest,
            Size = findings.Report?.Size ?? wanted.Size,
            Measurements = wanted.Metrics,
            Metadata = wanted.Metadata,
        };
        await events.StoreAsync(new(Guid.CreateVersion7(), saved.Time, [new(Key: null, http.TraceIdentifier, [saved])]), cancellationToken);
        var stored = await database.ReadAsync((db, token) =>
            db.Checkpoints.SingleAsync(
                checkpoint => checkpoint.RunId == runId && checkpoint.Path == wanted.Place, token), cancellationToken);
        await checks.RecordAsync(stored.Id, stored.SavedAt, findings, cancellationToken);
        var view = await database.ReadAsync(
            async (db, token) => CheckpointView.Of(await db.CheckpointAsync(stored.Id, token), paths), cancellationToken);
        return TypedResults.Created($"/api/checkpoints/{view.CheckpointId}", view);
    }

    private static async Task<Ok<CheckpointView>> GetAsync(
        string checkpointId, Database database, CheckpointPaths paths, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(
            async (db, token) => CheckpointView.Of(await db.CheckpointAsync(checkpointId, token), paths), cancellationToken));

    /// <summary>Reads a checkpoint whose run is not deleted.</summary>
    /// <exception cref="TrainyardException">DATA_NOT_FOUND.</exception>
    public static async Task<Checkpoint> CheckpointAsync(this StoreContext db, string checkpointId, CancellationToken cancellationToken)
    {
        var id = StorableText.Clean(checkpointId, Contracts.Identifier.MaxLength + 1);
        return await db.Checkpoints
            .Where(checkpoint => checkpoint.Id == id && db.Set<Run>().Any(run => run.Id == checkpoint.RunId && run.DeletedAt == null))
            .SingleOrDefaultAsync(cancellationToken) ?? throw None(id);
    }

    public static TrainyardException None(string id) => new(ErrorCode.DataNotFound, $"There is no checkpoint '{id}'.");
}
