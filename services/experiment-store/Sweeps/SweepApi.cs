using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps.Trainers;
using Trainyard.ExperimentStore.Training;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>How to stop a sweep.</summary>
/// <param name="CancelRunning">Whether to cancel running trials too; otherwise they finish.</param>
internal sealed record StopSweep(bool CancelRunning = false);

internal static class SweepApi
{
    private const string Example = """
        {"sweep_id":"sweep-4f9k2m7qx1tz","experiment_id":"exp-1","state":"running","message":null,"trainer":"own","max_trials":20,
         "max_concurrent":2,"trials":{"handed":3,"left":17,"pending":2,"completed":1,"failed":0,"pruned":0},
         "best":{"number":0,"trial_id":"run-8w2c4d6f8h0k","state":"completed","value":2.31,"step":null,"message":null,
          "hyperparams":{"learning_rate":0.0012,"dropout":0.1}},"running":[],
         "definition":{"search_space":{"learning_rate":{"type":"log_uniform","min":0.0001,"max":0.01}},"sampler":"tpe","max_trials":20},
         "created_at":"2026-03-04T12:00:00Z","ended_at":null}
        """;

    private const string RequestExample = """
        {"search_space":{"learning_rate":{"type":"log_uniform","min":0.0001,"max":0.01},"dropout":{"type":"uniform","min":0,"max":0.3},
          "layers":{"type":"int","min":2,"max":6,"step":2},"lr_schedule":{"type":"choice","values":["cosine","linear"]}},
         "sampler":"tpe","max_trials":20,"max_concurrent":2,"objective":{"metric":"val_loss","stat":"min"},"direction":"minimize","seed":1,
         "pruner":{"type":"median","warmup_steps":50,"min_trials":4,"interval":10},
         "base":{"tokenizer_id":"tok-1","corpus_path":"books","max_steps":300,"eval_every":10}}
        """;

    public static void MapSweeps(this IEndpointRouteBuilder endpoints)
    {
        var sweep = endpoints.MapGroup("/experiments/{experimentId}/sweep").WithTags("Sweeps")
            .WithMetadata(new RequestSizeLimitAttribute(1_000_000))
            .WithErrors(ErrorCode.IllegalTransition);
        sweep.MapPost("", CreateAsync).WithName("CreateSweep")
            .WithSummary("Search hyperparameters: trials are queued as runs, sent to a trainer, or handed out to programs that ask")
            .WithRequestExample(RequestExample).WithResponseExample(Example, StatusCodes.Status201Created);
        sweep.MapGet("", GetAsync).WithName("GetSweep")
            .WithSummary("The experiment's newest sweep: its progress, running trials and the best so far").WithResponseExample(Example);
        sweep.MapGet("/trials", TrialsAsync).WithName("ListSweepTrials")
            .WithSummary("Trials of the newest sweep, in order, with their parameters and values")
            .WithResponseExample("""
                {"items":[{"number":0,"trial_id":"run-8w2c4d6f8h0k","state":"completed","value":2.31,"step":null,"message":null,
                  "hyperparams":{"learning_rate":0.0012}}],"next_cursor":null}
                """);
        sweep.MapPost("/stop", StopAsync).WithName("StopSweep").WithSummary("Start no more trials; optionally cancel the running ones")
            .WithRequestExample("""{"cancel_running":true}""").WithResponseExample(Example);
        sweep.MapPost("/pause", PauseAsync).WithName("PauseSweep").WithSummary("Start no trials until it is resumed")
            .WithResponseExample(Example);
        sweep.MapPost("/resume", ResumeAsync).WithName("ResumeSweep").WithSummary("Start trials again").WithResponseExample(Example);
    }

    private static async Task<Created<SweepView>> CreateAsync(
        string experimentId, SweepDefinition definition, Database database, TrainingInputs inputs, SweepSignals signals, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        definition = definition with { Seed = definition.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue) };
        var plan = SweepPlan.Read(definition, problems);
        var (trainer, missing) = (definition.Trainer, (ErrorCode?)null);
        await database.ReadAsync(async (db, token) =>
        {
            if (plan is not null)
            {
                await db.ExperimentAsync(experimentId, token);
            }
            if (trainer is not (Sweep.Own or Sweep.External)
                && !await db.Trainers.AnyAsync(registered => registered.Name == trainer, token))
            {
                problems.Add(new("trainer", "must be own, external or the name of a registered trainer"));
            }
            if (plan is not null && trainer == Sweep.Own)
            {
                (missing, var own) = await InternalTrials.CheckAsync(db, plan, experimentId, inputs, token);
                problems.AddRange(own);
            }
            return true;
        }, cancellationToken);
        if (problems.Count > 0 || plan is null)
        {
            throw new TrainyardException(missing ?? ErrorCode.ConfigInvalid, problems);
        }
        var view = await database.WriteAsync(async (db, token) =>
        {
            // Locks the experiment: two concurrent requests would otherwise both find no sweep.
            if (await db.LockExperiment(experimentId).SingleOrDefaultAsync(token) is not { DeletedAt: null })
            {
                throw RunLookup.NoExperiment(experimentId);
            }
            var last = await NewestAsync(db, experimentId, token);
            if (last is { State: SweepState.Running or SweepState.Paused })
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Sweep {last.Id} of experiment '{experimentId}' is {Name(last.State)}. Stop it first.");
            }
            var now = clock.GetUtcNow();
            var sweep = new Sweep
            {
                Id = Identifier.Create("sweep"),
                ExperimentId = experimentId,
                Definition = JsonSerializer.Serialize(definition, WireJson.Options),
                Trainer = trainer,
                MaxTrials = plan.MaxTrials,
                MaxConcurrent = definition.MaxConcurrent,
                Prunes = plan.Pruner is not null,
                // Increases even if the clock stands still or is set back: the newest sweep must be unique.
                CreatedAt = last is null || now >= last.CreatedAt.AddMicroseconds(1) ? now : last.CreatedAt.AddMicroseconds(1),
            };
            db.Sweeps.Add(sweep);
            return await SweepView.OfAsync(db, sweep, token);
        }, cancellationToken);
        signals.Set();
        return TypedResults.Created($"/api/experiments/{experimentId}/sweep", view);
    }

    private static async Task<Ok<SweepView>> GetAsync(string experimentId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
            await SweepView.OfAsync(db, await SweepAsync(db, experimentId, token), token), cancellationToken));

    private static async Task<Ok<Page<TrialView>>> TrialsAsync(
        string experimentId, [FromQuery(Name = "limit"), Range(1, QueryLimit.MaxPageSize)] int? limit,
        [FromQuery(Name = "cursor")] string? cursor,
        Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var pageSize = QueryLimit.Of(limit, 100, QueryLimit.MaxPageSize);
            var sweep = await SweepAsync(db, experimentId, token);
            var start = Cursor.Parse(cursor, sweep.Id);
            var after = int.TryParse(start?.Value, CultureInfo.InvariantCulture, out var number)
                ? number
                : -1;
            var rows = await db.SweepTrials.Where(trial => trial.SweepId == sweep.Id && trial.Number > after).OrderBy(trial => trial.Number)
                .Take(pageSize + 1).ToListAsync(token);
            var plan = SweepPlan.Of(sweep);
            var page = rows.Take(pageSize).ToList();
            var next = rows.Count > pageSize
                ? new Cursor(sweep.Id, page[^1].Number.ToString(CultureInfo.InvariantCulture), page[^1].RunId).ToString()
                : null;
            return new Page<TrialView>([.. page.Select(trial => TrialView.Of(trial, plan))], next);
        }, cancellationToken));

    private static Task<Ok<SweepView>> PauseAsync(string experimentId, Database database, CancellationToken cancellationToken) =>
        ChangeAsync(
            experimentId, database,
            (_, sweep) => sweep.State = sweep.State is SweepState.Running or SweepState.Paused ? SweepState.Paused : throw Over(sweep),
            cancellationToken);

    private static async Task<Ok<SweepView>> ResumeAsync(
        string experimentId, Database database, SweepSignals signals, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(experimentId, database, (_, sweep) =>
        {
            sweep.State = sweep.State is SweepState.Running or SweepState.Paused ? SweepState.Running : throw Over(sweep);
            (sweep.Message, sweep.TrustedFrom) = (null, sweep.Trials);
        }, cancellationToken);
        signals.Set();
        return answer;
    }

    private static async Task<Ok<SweepView>> StopAsync(
        string experimentId, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] StopSweep? how,
        Database database, RunFlags flags, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(experimentId, database, (_, sweep) =>
        {
            if (sweep.State is SweepState.Running or SweepState.Paused)
            {
                (sweep.State, sweep.EndedAt) = (SweepState.Stopped, clock.GetUtcNow());
            }
        }, cancellationToken);
        if (how is { CancelRunning: true })
        {
            foreach (var trial in answer.Value?.Running ?? [])
            {
                if (await database.WriteAsync((db, token) => CancelAsync(db, trial.TrialId, clock.GetUtcNow(), token), cancellationToken))
                {
                    await flags.AskAsync(trial.TrialId, RunRequest.Cancel);
                }
            }
        }
        return answer;
    }

    /// <returns>Whether the trainer's cancel flag must be set.</returns>
    private static async Task<bool> CancelAsync(StoreContext db, string runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.LockRuns([runId]).SingleOrDefaultAsync(cancellationToken) is not { DeletedAt: null } run || RunLife.IsOver(run.Status))
        {
            return false;
        }
        if (run is { Kind: RunKind.Own, Status: RunStatus.Running })
        {
            run.Ask(RunRequest.Cancel, "cancelling: its sweep was stopped", now);
            return true;
        }
        run.Message = "cancelled: its sweep was stopped";
        run.TryMove(db, RunStatus.Cancelled, now);
        return false;
    }

    private static async Task<Ok<SweepView>> ChangeAsync(
        string experimentId, Database database, Action<StoreContext, Sweep> change, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var sweep = await HeldSweepAsync(db, experimentId, token);
            change(db, sweep);
            return await SweepView.OfAsync(db, sweep, token);
        }, cancellationToken));

    /// <summary>The newest sweep of an experiment.</summary>
    /// <exception cref="TrainyardException">DATA_NOT_FOUND: there is no such experiment, or it has no sweep.</exception>
    public static async Task<Sweep> SweepAsync(StoreContext db, string experimentId, CancellationToken cancellationToken)
    {
        await db.ExperimentAsync(experimentId, cancellationToken);
        return await NewestAsync(db, experimentId, cancellationToken)
            ?? throw new TrainyardException(ErrorCode.DataNotFound, $"Experiment '{experimentId}' has no sweep.");
    }

    /// <summary>The newest sweep of an experiment, locked for this transaction.</summary>
    public static async Task<Sweep> HeldSweepAsync(StoreContext db, string experimentId, CancellationToken cancellationToken)
    {
        var id = (await SweepAsync(db, experimentId, cancellationToken)).Id;
        // Discards what was read before the row was locked.
        db.ChangeTracker.Clear();
        return await db.LockSweep(id).SingleAsync(cancellationToken);
    }

    private static Task<Sweep?> NewestAsync(StoreContext db, string experimentId, CancellationToken cancellationToken) => db.Sweeps
        .Where(sweep => sweep.ExperimentId == experimentId)
        .OrderByDescending(sweep => sweep.CreatedAt).ThenByDescending(sweep => sweep.Id)
        .FirstOrDefaultAsync(cancellationToken);

    public static string Name(SweepState state) => state.ToString().ToLowerInvariant();

    private static TrainyardException Over(Sweep sweep) =>
        new(ErrorCode.IllegalTransition, $"Sweep {sweep.Id} is {Name(sweep.State)} and can't be paused or resumed.");
}
