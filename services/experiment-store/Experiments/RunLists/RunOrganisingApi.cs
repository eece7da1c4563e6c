using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>The experiment to move the run to.</summary>
internal sealed record MoveRequest(string? ExperimentId);

/// <summary>Tags to set and tags to remove; the others stay.</summary>
internal sealed record TagChanges(
    [property: JsonConverter(typeof(TagsConverter))] IReadOnlyDictionary<string, string>? Set, string[]? Remove);

internal static class RunOrganisingApi
{
    public static void MapRunOrganising(this IEndpointRouteBuilder endpoints)
    {
        var run = endpoints.MapGroup("/runs/{runId}").WithTags("Runs").WithMetadata(new RequestSizeLimitAttribute(1_000_000))
            .WithErrors(ErrorCode.IllegalTransition).WithResponseExample(RunDetail.Example);
        run.MapPost("/move", MoveAsync).WithName("MoveRun").WithSummary("Move a run to another experiment, or out of any with null")
            .WithRequestExample("""{"experiment_id":"exp-1"}""");
        run.MapPost("/tags", TagAsync).WithName("TagRun").WithSummary("Set and remove single tags")
            .WithRequestExample("""{"set":{"team":"nlp"},"remove":["draft"]}""");
        run.MapPost("/pin", (string runId, Database database, TimeProvider clock, CancellationToken token) =>
            DoAsync(runId, new(RunVerb.Pin), database, clock, token))
            .WithName("PinRun").WithSummary("Pin a run; pinned=true lists the pinned ones");
        run.MapPost("/unpin", (string runId, Database database, TimeProvider clock, CancellationToken token) =>
            DoAsync(runId, new(RunVerb.Unpin), database, clock, token))
            .WithName("UnpinRun").WithSummary("Unpin a run");
        run.MapPost("/lock", (string runId, Database database, TimeProvider clock, CancellationToken token) =>
            DoAsync(runId, new(RunVerb.Lock), database, clock, token))
            .WithName("LockRun").WithSummary("Protect a run from being changed, moved or deleted; its events are still stored");
        run.MapPost("/unlock", (string runId, Database database, TimeProvider clock, CancellationToken token) =>
            DoAsync(runId, new(RunVerb.Unlock), database, clock, token))
            .WithName("UnlockRun").WithSummary("Unlock a run");
        run.MapPost("/restore", (string runId, Database database, TimeProvider clock, CancellationToken token) =>
            DoAsync(runId, new(RunVerb.Restore), database, clock, token))
            .WithName("RestoreRun").WithSummary("Restore a deleted run, within RUNS__UNDO_DAYS");
    }

    private static Task<Ok<RunDetail>> MoveAsync(
        string runId, MoveRequest to, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var valid = to.ExperimentId is null || Identifier.IsValid(to.ExperimentId);
        TrainyardException.ThrowIfAny(valid ? [] : [new Problem("experiment_id", Identifier.Rule)]);
        return DoAsync(runId, new(RunVerb.Move, ExperimentId: to.ExperimentId), database, clock, cancellationToken);
    }

    private static Task<Ok<RunDetail>> TagAsync(
        string runId, TagChanges changes, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. TagLimits.Validate(changes.Set), .. NewBulk.OfNames("remove", changes.Remove)]);
        return DoAsync(runId, new(RunVerb.Tag, changes.Set, changes.Remove), database, clock, cancellationToken);
    }

    private static async Task<Ok<RunDetail>> DoAsync(
        string runId, RunAction action, Database database, TimeProvider clock, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var run = action.Verb is RunVerb.Restore ? await db.RunOrDeletedAsync(runId, token) : await db.RunAsync(runId, token);
            await action.ApplyAsync(db, run, clock.GetUtcNow(), token);
            await db.SaveChangesAsync(token);
            return await RunApi.DetailAsync(db, runId, token);
        }, cancellationToken));
}
