using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Training.Evaluations;
using Trainyard.ServiceDefaults.Errors;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Training;

/// <summary>Marks, loads and deletes checkpoints.</summary>
internal static class CheckpointControlApi
{
    public static void MapCheckpointControl(this IEndpointRouteBuilder endpoints)
    {
        var checkpoint = endpoints.MapGroup("/checkpoints/{checkpointId}").WithTags("Checkpoints")
            .WithMetadata(new RequestSizeLimitAttribute(1_000_000))
            .WithErrors(ErrorCode.IllegalTransition, ErrorCode.CheckpointInvalid);
        checkpoint.MapPost("/best", MarkBestAsync).WithName("MarkBestCheckpoint")
            .WithSummary("Mark a checkpoint as its run's only best one")
            .WithResponseExample(CheckpointApi.Example);
        checkpoint.MapPost("/load", LoadAsync).WithName("LoadCheckpoint")
            .WithSummary("Queue a run that starts from a checkpoint, with its run's config and the body's changes; "
                + "for an external run, return the path of its files")
            .WithRequestExample("""{"learning_rate":0.0003,"num_epochs":1}""")
            .WithResponseExample("""{"run_id":"run-8x2m4k7qz1tp","path":null}""", StatusCodes.Status202Accepted)
            .WithResponseExample("""{"run_id":null,"path":"/data/checkpoints/epoch-3.pt"}""");
        checkpoint.MapDelete("", DeleteAsync).WithName("DeleteCheckpoint")
            .WithSummary("Delete a checkpoint, and its files if they are in its run's folder")
            .WithResponseExample("""{"checkpoint_id":"ckpt-1a2b3c4d5e6f","files_deleted":4,"files_kept":false}""");
    }

    private static async Task<Ok<CheckpointView>> MarkBestAsync(
        string checkpointId, Database database, CheckpointPaths paths, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var (checkpoint, run) = await db.HeldAsync(checkpointId, token);
            run.RequireUnlocked();
            checkpoint.RequireSound();
            foreach (var other in await db.Checkpoints.Where(row => row.RunId == run.Id && row.IsBest).ToListAsync(token))
            {
                other.IsBest = false;
            }
            checkpoint.IsBest = true;
            var metrics = checkpoint.Metrics is { } stored
                ? JsonSerializer.Deserialize<Dictionary<string, double>>(stored, WireJson.Options)
                : null;
            db.Outgoing.Add(new CheckpointUpdate(run.Id, checkpoint.Id, checkpoint.Step, checkpoint.IsBest, metrics ?? []));
            return CheckpointView.Of(checkpoint, paths);
        }, cancellationToken));

    private static async Task<Results<Accepted<CheckpointLoaded>, Ok<CheckpointLoaded>>> LoadAsync(
        string checkpointId, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] JsonObject? changes, Database database,
        CheckpointPaths paths, ArtifactFiles files, TrainingInputs inputs, IOptions<RunOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (checkpoint, kind, stored) = await database.ReadAsync(async (db, token) =>
        {
            var found = await db.CheckpointAsync(checkpointId, token);
            var run = await db.Runs.Where(row => row.Id == found.RunId).Select(row => new { row.Kind, row.Config }).SingleAsync(token);
            return (found, run.Kind, run.Config);
        }, cancellationToken);
        checkpoint.RequireSound();
        if (kind is RunKind.External || stored is null)
        {
            return TypedResults.Ok(new CheckpointLoaded(null, PathOf(checkpoint, paths)));
        }

        // Its files may have been uploaded and deleted on this machine.
        if (paths.Find(checkpoint.RunId, checkpoint.Path).Place is CheckpointPlace.OfRun)
        {
            await files.BringBackAsync(ArtifactFiles.Models, checkpoint.RunId, checkpoint.Path, cancellationToken);
        }
        var config = Changed(stored, changes, checkpoint);
        var id = Identifier.Create("run");
        await database.WriteAsync(async (db, token) =>
        {
            var (refused, problems, start) = await TrainApi.CheckAsync(db, config, inputs, token);
            if (refused is { } code)
            {
                throw new TrainyardException(code, problems);
            }
            TrainApi.Store(db, id, config, start, options.Value, clock.GetUtcNow());
        }, cancellationToken);
        return TypedResults.Accepted($"/api/runs/{id}", new CheckpointLoaded(id, null));
    }

    private static string PathOf(Checkpoint checkpoint, CheckpointPaths paths) => paths.Find(checkpoint.RunId, checkpoint.Path) switch
    {
        (CheckpointPlace.OfRun or CheckpointPlace.Readable, var full) => Path.Exists(full) ? full
            : throw new TrainyardException(ErrorCode.CheckpointInvalid, $"Checkpoint {checkpoint.Id} is no longer on disk."),
        // The program that wrote it may reach a path that this one can't.
        _ => checkpoint.Path,
    };

    private static TrainingConfig Changed(string config, JsonObject? changes, Checkpoint checkpoint)
    {
        var merged = JsonNode.Parse(config)?.AsObject()
            ?? throw new InvalidOperationException($"The config of run {checkpoint.RunId} is empty.");
        merged["name"] = merged["name"] is JsonValue name && name.GetValueKind() is JsonValueKind.String
            ? $"{name} from step {checkpoint.Step}"
            : null;
        foreach (var (member, value) in changes ?? [])
        {
            merged[member] = value?.DeepClone();
        }
        merged["start_from"] = checkpoint.Id;
        try
        {
            return merged.Deserialize<TrainingConfig>(WireJson.Options) ?? throw new InvalidOperationException("A config can't be empty.");
        }
        catch (JsonException)
        {
            var problems = JsonFaults.Of(JsonSerializer.SerializeToElement(merged), typeof(TrainingConfig), WireJson.Options);
            throw new TrainyardException(ErrorCode.ConfigInvalid, problems);
        }
    }

    private static async Task<Ok<CheckpointDeleted>> DeleteAsync(
        string checkpointId, Database database, CheckpointPaths paths, ArtifactFiles files, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var checkpoint = await database.WriteAsync(async (db, token) =>
        {
            var (held, run) = await db.HeldAsync(checkpointId, token);
            run.RequireUnlocked();
            await db.RequireUnusedAsync(held, run, paths, token);
            // From here on no run can start from it, even if deleting its files fails and is repeated later.
            held.Record(new(CheckpointValidation.Invalid, null, null, ["its deletion has begun"]), clock.GetUtcNow());
            return held;
        }, cancellationToken);
        var own = paths.Find(checkpoint.RunId, checkpoint.Path).Place is CheckpointPlace.OfRun;
        var deleted = own ? await files.DeleteAllAsync(ArtifactFiles.Models, checkpoint.RunId, checkpoint.Path, cancellationToken) : 0;
        await database.WriteAsync(
            (db, token) => db.Checkpoints.Where(row => row.Id == checkpoint.Id).ExecuteDeleteAsync(token), cancellationToken);
        return TypedResults.Ok(new CheckpointDeleted(checkpoint.Id, deleted, FilesKept: !own));
    }

    private static async Task RequireUnusedAsync(
        this StoreContext db, Checkpoint checkpoint, Run run, CheckpointPaths paths, CancellationToken cancellationToken)
    {
        if (await db.Evaluations.Open().AnyAsync(evaluation => evaluation.CheckpointId == checkpoint.Id, cancellationToken))
        {
            throw InUse("it is being evaluated");
        }
        if (paths.FolderOf(checkpoint) is { } folder && await db.Runs
            .Where(other => other.StartFromPath == folder && other.DeletedAt == null
                && (other.Status == RunStatus.Queued || other.Status == RunStatus.Running))
            .Select(other => other.Id)
            .Order()
            .FirstOrDefaultAsync(cancellationToken) is { } starting)
        {
            throw InUse($"run {starting} starts from it");
        }
        if (run is { Kind: RunKind.Own, Status: RunStatus.Running or RunStatus.Queued }
            && !await db.Checkpoints.AnyAsync(other => other.RunId == run.Id && other.Step > checkpoint.Step, cancellationToken))
        {
            throw InUse("its run would resume from it");
        }

        TrainyardException InUse(string why) => new(ErrorCode.IllegalTransition, $"Checkpoint {checkpoint.Id} can't be deleted: {why}.");
    }

    private static void RequireSound(this Checkpoint checkpoint)
    {
        if (checkpoint.Validation is CheckpointValidation.Invalid)
        {
            throw new TrainyardException(ErrorCode.CheckpointInvalid,
                $"Checkpoint {checkpoint.Id} can't be used: {string.Join("; ", checkpoint.ProblemTexts)}.");
        }
    }

    /// <summary>A checkpoint and its run, whose row is locked for this transaction.</summary>
    private static async Task<(Checkpoint Checkpoint, Run Run)> HeldAsync(
        this StoreContext db, string checkpointId, CancellationToken cancellationToken)
    {
        var checkpoint = await db.CheckpointAsync(checkpointId, cancellationToken);
        var run = await db.RunAsync(checkpoint.RunId, cancellationToken);
        // It may have changed while this waited for the lock.
        await db.Entry(checkpoint).ReloadAsync(cancellationToken);
        return db.Entry(checkpoint).State is EntityState.Detached ? throw CheckpointApi.None(checkpoint.Id) : (checkpoint, run);
    }
}
