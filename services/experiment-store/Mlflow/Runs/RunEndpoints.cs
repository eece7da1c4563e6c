using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Experiments.RunLists;
using Trainyard.ExperimentStore.Mlflow.Experiments;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Security;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>Creates, reads, ends, deletes and restores runs.</summary>
internal static class RunEndpoints
{
    public const string Source = "mlflow";

    // MLflow's clients send no heartbeats, and may log nothing for hours. The run counts as dead after three times this.
    private const double ExpectNextInSeconds = 8 * 3600;

    private const long LastMillisecond = 253_402_300_799_999;

    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs");
        runs.MapPost("/create", CreateAsync);
        runs.MapGet("/get", GetAsync);
        runs.MapPost("/update", UpdateAsync);
        runs.MapPost("/delete", (HttpContext http, Database database, TimeProvider clock, CancellationToken token) =>
            DoAsync(http, new(RunVerb.Delete), database, clock, token));
        runs.MapPost("/restore", (HttpContext http, Database database, TimeProvider clock, CancellationToken token) =>
            DoAsync(http, new(RunVerb.Restore), database, clock, token));
        runs.MapPost("/search", RunSearchEndpoint.RunAsync);
        runs.MapLogging();
    }

    private sealed record Found(RunView Run);

    private sealed record Updated(RunInfo RunInfo);

    private static async Task<JsonHttpResult<Found>> CreateAsync(
        HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var start = Time(request, "start_time");
        var tags = request.Pairs("tags");
        tags.ForEach(tag => MlflowLimits.RequireName("tag", tag.Key));
        if (request.Text("user_id") is { Length: > 0 } user && user != "unknown" && !tags.Exists(tag => tag.Key == RunTags.User))
        {
            tags.Add(new(RunTags.User, user));
        }
        var name = NameOf(request.Text("run_name"), tags.Find(tag => tag.Key == RunTags.Name)?.Value);
        var caller = Caller.Of(http);
        var experimentId = request.Text("experiment_id") is { Length: > 0 } given ? given : DefaultExperiment.Id;
        experimentId = experimentId == DefaultExperiment.Id ? caller.Experiment ?? experimentId : experimentId;
        caller.RequireExperiment(experimentId);
        var id = $"{caller.Prefix}{Guid.NewGuid():N}";

        await database.WriteAsync(async (db, token) =>
        {
            var now = clock.GetUtcNow();
            (await db.HoldAsync(experimentId, now, token)).Active();
            var run = new Run
            {
                Id = id,
                Name = RunTags.Cut(name, 256),
                Kind = RunKind.External,
                Status = RunStatus.Running,
                ExperimentId = experimentId,
                Source = Source,
                CreatedAt = now,
                UpdatedAt = now,
                StartedAt = start ?? now,
                LastHeartbeat = now,
                ExpectNextIn = ExpectNextInSeconds,
            };
            await TagWriter.SetAsync(db, run, tags, token);
            run.Add(db, now);
        }, cancellationToken);
        return await ViewAsync(database, id, cancellationToken);
    }

    private static async Task<JsonHttpResult<Found>> GetAsync(HttpContext http, Database database, CancellationToken cancellationToken)
    {
        var id = (await MlflowRequest.ReadAsync(http)).RunId();
        await database.ReadAsync((db, token) => db.ReadableRunAsync(http, id, token), cancellationToken);
        return await ViewAsync(database, id, cancellationToken);
    }

    private static async Task<JsonHttpResult<Updated>> UpdateAsync(
        HttpContext http, Database database, EventWriter events, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var id = request.RunId();
        var (end, status, name) = (Time(request, "end_time"), RunStatuses.Of(request, "status"), request.Text("run_name"));
        var info = await database.WriteAsync(async (db, token) =>
        {
            var now = clock.GetUtcNow();
            var run = (await db.HeldRunAsync(http, id, token)).Active();
            if (name is { Length: > 0 })
            {
                run.RequireUnlocked();
                RunTags.SetField(run, RunTags.Name, name);
            }
            run.UpdatedAt = now;
            if (status is { } to)
            {
                await MoveAsync(db, run, to, end, events, now, token);
            }
            run.EndedAt = end is not null && RunLife.IsOver(run.Status) ? end : run.EndedAt;
            return await db.RunInfoAsync(run, token);
        }, cancellationToken);
        return Answer(new Updated(info));
    }

    /// <summary>
    /// Moves a run to a status. MLflow's clients may end and start a run again in any order. A start continues the run's latest attempt:
    /// a new one would replace the curves from the first step that it logs.
    /// </summary>
    private static async Task MoveAsync(
        StoreContext db, Run run, RunStatus to, DateTimeOffset? end, EventWriter events, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (run.Status == to)
        {
            return;
        }
        if (to is RunStatus.Queued)
        {
            throw MlflowException.Invalid($"Run {run.Id} is {RunStatuses.Of(run.Status)} and can't become SCHEDULED.");
        }
        if (run.Status is not RunStatus.Running && (to is RunStatus.Running || RunLife.IsOver(run.Status)))
        {
            (run.Message, run.ErrorKind, run.ErrorCode) = (null, null, null);
            run.Move(db, RunStatus.Running, now, newAttempt: true);
        }
        if (to is not RunStatus.Running)
        {
            var stopped = new RunStopped { EventId = Guid.CreateVersion7(now), RunId = run.Id, Time = end ?? now, Status = to };
            await events.ApplyAsync(db, [stopped], now, cancellationToken);
        }
    }

    private static async Task<JsonHttpResult<Nothing>> DoAsync(
        HttpContext http, RunAction action, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var id = (await MlflowRequest.ReadAsync(http)).RunId();
        await database.WriteAsync(async (db, token) =>
            await action.ApplyAsync(db, await db.HeldRunAsync(http, id, token), clock.GetUtcNow(), token), cancellationToken);
        return Empty;
    }

    private static async Task<JsonHttpResult<Found>> ViewAsync(Database database, string id, CancellationToken cancellationToken) =>
        await database.ReadAsync((db, token) => db.RunViewsAsync([id], token), cancellationToken) is [var run]
            ? Answer(new Found(run))
            : throw RunAccess.NoRun(id);

    private static string NameOf(string? name, string? tag)
    {
        if (name is { Length: > 0 } && tag is { Length: > 0 } && name != tag)
        {
            throw MlflowException.Invalid(
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
                + $"(run_name='{name}', mlflow.runName='{tag}').");
        }
        return name is { Length: > 0 } ? name : tag is { Length: > 0 } ? tag : Identifier.Create("run");
    }

    private static DateTimeOffset? Time(MlflowRequest request, string parameter) => request.Whole(parameter) switch
    {
        null => null,
        >= 0 and <= LastMillisecond and var milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        _ => throw request.Wrong(parameter),
    };
}
