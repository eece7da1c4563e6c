using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Training.Evaluations;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Training;

/// <summary>The step to resume from.</summary>
internal sealed record ResumeFrom([property: Range(0, WholeNumber.Max)] long? FromStep);

/// <summary>The run's new attempt, and the checkpoint it starts from.</summary>
internal sealed record RunGoesOn(string RunId, RunStatus Status, int Attempt, CheckpointView? LastCheckpoint);

internal static class RunControlApi
{
    public static void MapRunControl(this IEndpointRouteBuilder endpoints)
    {
        var run = endpoints.MapGroup("/runs/{runId}").WithTags("Runs").WithMetadata(new RequestSizeLimitAttribute(10_000))
            .WithErrors(ErrorCode.IllegalTransition);
        run.MapPost("/cancel", CancelAsync).WithName("CancelRun").WithSummary("Cancel a run; a training one stops at its next step")
            .WithResponseExample("""{"run_id":"run-4f9k2m7qx1tz","status":"running","message":"cancelling"}""");
        run.MapPost("/pause", PauseAsync).WithName("PauseRun")
            .WithSummary("Stop a run at its next step, with a checkpoint, until it is resumed")
            .WithResponseExample("""{"run_id":"run-4f9k2m7qx1tz","status":"running","message":"pausing"}""");
        run.MapPost("/checkpoint", CheckpointAsync).WithName("CheckpointRun").WithSummary("Write a checkpoint at the next step")
            .WithResponseExample("""{"run_id":"run-4f9k2m7qx1tz","status":"running","message":null}""", StatusCodes.Status202Accepted);
        run.MapPost("/resume", ResumeAsync).WithName("ResumeRun")
            .WithSummary("Resume a run as a new attempt, from the last checkpoint or a step")
            .WithRequestExample("""{"from_step":1200}""")
            .WithResponseExample($$"""
                {"run_id":"run-4f9k2m7qx1tz","status":"queued","attempt":2,"last_checkpoint":{{CheckpointApi.Example}}}
                """);
    }

    private static async Task<Ok<RunState>> CancelAsync(
        string runId, Database database, RunFlags flags, TimeProvider clock, CancellationToken cancellationToken)
    {
        var state = await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            run.Cancel(db, clock.GetUtcNow());
            return new RunState(run.Id, run.Status, run.Message);
        }, cancellationToken);
        if (state.Status is RunStatus.Running)
        {
            await flags.AskAsync(runId, RunRequest.Cancel);
        }
        return TypedResults.Ok(state);
    }

    private static async Task<Ok<RunState>> PauseAsync(
        string runId, Database database, RunFlags flags, TimeProvider clock, CancellationToken cancellationToken)
    {
        var state = await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            switch (run)
            {
                case { Kind: RunKind.External }:
                    throw new TrainyardException(ErrorCode.IllegalTransition,
                        $"Run {run.Id} is an external job: only its own program can pause it.");
                case { Asked: RunRequest.Cancel }:
                    throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is being cancelled.");
                case { Status: RunStatus.Running }:
                    run.Ask(RunRequest.Pause, "pausing", clock.GetUtcNow());
                    break;
                case { Status: RunStatus.Queued }:
                    run.Move(db, RunStatus.Interrupted, clock.GetUtcNow());
                    run.Ask(RunRequest.Pause, "paused", clock.GetUtcNow());
                    break;
                default:
                    throw new TrainyardException(ErrorCode.IllegalTransition,
                        $"Run {run.Id} is {run.Status.Name()}: there is nothing to pause.");
            }
            return new RunState(run.Id, run.Status, run.Message);
        }, cancellationToken);
        if (state.Status is RunStatus.Running)
        {
            await flags.AskAsync(runId, RunRequest.Pause);
        }
        return TypedResults.Ok(state);
    }

    private static async Task<Accepted<RunState>> CheckpointAsync(
        string runId, Database database, RunFlags flags, CancellationToken cancellationToken)
    {
        var state = await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            return run is { Kind: RunKind.Own, Status: RunStatus.Running }
                ? new RunState(run.Id, run.Status, run.Message)
                : throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Run {run.Id} is not being trained by Trainyard now: there is nothing to checkpoint.");
        }, cancellationToken);
        if (!await flags.AskForCheckpointAsync(runId))
        {
            throw new TrainyardException(
                ErrorCode.BackendUnavailable, "Redis does not respond, so the trainer can't be asked for a checkpoint. Try again.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
        return TypedResults.Accepted($"/api/runs/{runId}", state);
    }

    private static async Task<Ok<RunGoesOn>> ResumeAsync(
        string runId, [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] ResumeFrom? from,
        Database database, CheckpointPaths paths, IEventStore store, RunFlags flags, IOptions<RunOptions> options,
        TimeProvider clock, HttpContext http, CancellationToken cancellationToken)
    {
        if (from?.FromStep is { } wanted && !WholeNumber.IsStep(wanted))
        {
            TrainyardException.ThrowIfAny([new("from_step", $"{WholeNumber.StepRule}, not {wanted}")]);
        }
        var now = clock.GetUtcNow();
        var own = await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            if (run.Kind is RunKind.External)
            {
                return false;
            }
            run.Message = null;
            run.ErrorKind = null;
            run.ErrorCode = null;
            run.StalledAttempts = 0;
            run.Queue(db, now, TimeSpan.Zero, from?.FromStep);
            run.Offer(db, options.Value, now);
            return true;
        }, cancellationToken);
        if (own)
        {
            await flags.ClearAsync(runId);
        }
        else
        {
            // An external run resumes by the same event that its program would send.
            var last = await database.ReadAsync((db, token) => LastCheckpointAsync(db, runId, long.MaxValue, token), cancellationToken);
            var step = from?.FromStep ?? last?.Step + 1 ?? 0;
            var resumed = new RunResumed { EventId = Guid.CreateVersion7(now), RunId = runId, Time = now, FromStep = step };
            await store.StoreAsync(new(Guid.CreateVersion7(now), now, [new(Key: null, http.TraceIdentifier, [resumed])]),
                cancellationToken);
        }
        return TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var run = await db.Runs.SingleAsync(row => row.Id == runId, token);
            var last = await LastCheckpointAsync(db, runId, from?.FromStep ?? long.MaxValue, token);
            return new RunGoesOn(run.Id, run.Status, run.Attempt, last is null ? null : CheckpointView.Of(last, paths));
        }, cancellationToken));
    }

    private static Task<Checkpoint?> LastCheckpointAsync(StoreContext db, string runId, long upTo, CancellationToken cancellationToken) =>
        db.Checkpoints
        .Where(checkpoint => checkpoint.RunId == runId && checkpoint.Step != null && checkpoint.Step <= upTo)
        .OrderByDescending(checkpoint => checkpoint.Step)
        .ThenByDescending(checkpoint => checkpoint.SavedAt)
        .FirstOrDefaultAsync(cancellationToken);

    /// <summary>Stores a request to a training run. Its flag must be set after the commit.</summary>
    public static void Ask(this Run run, RunRequest request, string message, DateTimeOffset now) =>
        (run.Asked, run.Message, run.UpdatedAt) = (request, message, now);
}
