using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Idempotency;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>How many trials to hand out.</summary>
internal sealed record AskRequest([property: Range(1, AskApi.MaxAtOnce)] int? Count);

/// <summary>A trial that was handed out, with its point of the search space.</summary>
internal sealed record SuggestedTrial(string TrialId, int Number, JsonObject Hyperparams);

/// <summary>The first trial and the list of all. The list is empty once all trials are handed out; the message then says so.</summary>
internal sealed record AskResponse(
    string? TrialId, JsonObject? Hyperparams, IReadOnlyList<SuggestedTrial> Trials, int Left, string? Message);

/// <summary>The result of a trial.</summary>
/// <param name="TrialId">The trial.</param>
/// <param name="Value">
/// The value of the objective; the logged value when omitted. With NaN or an infinity the trial ranks behind every number.
/// </param>
/// <param name="State"><c>completed</c> (the default), <c>failed</c> or <c>pruned</c>.</param>
internal sealed record TellRequest(string TrialId, double? Value, string? State);

/// <summary>Whether a trial should stop, and the values that decided.</summary>
internal sealed record ShouldPrune(string TrialId, bool Prune, string? Reason, long? Step, double? Best, double? Median);

internal static class AskApi
{
    public const int MaxAtOnce = 100;
    private const int MaxKeyCharacters = 200;

    public static void MapAskAndTell(this IEndpointRouteBuilder endpoints)
    {
        var experiment = endpoints.MapGroup("/experiments/{experimentId}").WithTags("Sweeps")
            .WithMetadata(new RequestSizeLimitAttribute(100_000))
            .WithErrors(ErrorCode.IllegalTransition);
        experiment.MapPost("/ask", AskAsync)
            .WithErrors(ErrorCode.IdempotencyKeyReused)
            .WithName("AskForTrial")
            .WithSummary("Get the next trials of an external sweep, for a program that trains them itself; "
                + "the same Idempotency-Key returns the same trials")
            .WithRequestExample("""{"count":1}""")
            .WithResponseExample("""
                {"trial_id":"run-8w2c4d6f8h0k","hyperparams":{"lr":0.0012},
                 "trials":[{"trial_id":"run-8w2c4d6f8h0k","number":3,"hyperparams":{"lr":0.0012}}],"left":16,"message":null}
                """);
        experiment.MapPost("/tell", TellAsync).WithName("TellTrial")
            .WithSummary("Report the result of a trial; repeating the same result changes nothing")
            .WithRequestExample("""{"trial_id":"run-8w2c4d6f8h0k","value":2.31}""")
            .WithResponseExample("""
                {"number":3,"trial_id":"run-8w2c4d6f8h0k","state":"completed","value":2.31,"step":null,"message":null,
                 "hyperparams":{"lr":0.0012}}
                """);
        experiment.MapGet("/trials/{trialId}/should_prune", ShouldPruneAsync).WithName("ShouldPruneTrial")
            .WithSummary("Whether a trial should stop, by its logged values or the one given; also true once it is cancelled")
            .WithResponseExample("""
                {"trial_id":"run-8w2c4d6f8h0k","prune":true,
                 "reason":"pruned at step 40: its best val_loss, 3.1, is worse than 2.7, the median of completed trials there",
                 "step":40,"best":3.1,"median":2.7}
                """);
    }

    private static async Task<Ok<AskResponse>> AskAsync(
        string experimentId, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] AskRequest? request,
        [FromHeader(Name = "Idempotency-Key")] string? key, HttpContext http, Database database, TrialLauncher launcher,
        CancellationToken cancellationToken)
    {
        var caller = Caller.Of(http);
        var count = QueryLimit.Of(request?.Count, 1, MaxAtOnce, "count");
        if (key is not null && IdempotencyKey.ProblemWith(key, MaxKeyCharacters) is { } problem)
        {
            TrainyardException.ThrowIfAny([problem]);
        }
        var askKey = key is null ? null : new AskKey(caller.Id, count, key);
        return TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var sweep = await SweepApi.HeldSweepAsync(db, experimentId, token);
            if (sweep.Trainer != Sweep.External)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Sweep {sweep.Id} sends its trials to trainer '{sweep.Trainer}'. "
                    + "Only a sweep with the trainer 'external' hands out trials.");
            }
            if (sweep.State is SweepState.Paused or SweepState.Stopped)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Sweep {sweep.Id} is {SweepApi.Name(sweep.State)}.");
            }
            var plan = SweepPlan.Of(sweep);
            var trials = await db.SweepTrials.AsNoTracking().Where(trial => trial.SweepId == sweep.Id).ToListAsync(token);
            // A repeated key means that the response was lost: return the same trials.
            var known = trials.Where(trial => askKey is not null && AskKey.Parse(trial.AskedWith) is { } before && before.IsKeyOf(askKey))
                .OrderBy(trial => trial.Number)
                .ToList();
            if (known.Exists(trial => trial.AskedWith != askKey?.ToString()))
            {
                throw IdempotencyKey.Reused(key);
            }
            var handed = known.ConvertAll(trial =>
                new SuggestedTrial(trial.RunId, trial.Number, plan.Hyperparameters(SweepPlan.PointOf(trial))));
            var wanted = handed.Count > 0 ? handed.Count : count;
            while (handed.Count < wanted && sweep.Trials < sweep.MaxTrials && plan.Next(trials) is { } point)
            {
                var trial = await launcher.LaunchAsync(db, sweep, plan, point, caller.NewRunId(), askKey?.ToString(), token);
                trials.Add(trial);
                handed.Add(new(trial.RunId, trial.Number, plan.Hyperparameters(point)));
            }
            var first = handed.FirstOrDefault();
            return new AskResponse(
                first?.TrialId, first?.Hyperparams.DeepClone().AsObject(), handed, sweep.MaxTrials - sweep.Trials,
                handed.Count == wanted ? null : $"all {sweep.MaxTrials} trials have been handed out");
        }, cancellationToken));
    }

    private static async Task<Ok<TrialView>> TellAsync(
        string experimentId, TellRequest request, HttpContext http, Database database, EventWriter writer, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.TrialId))
        {
            TrainyardException.ThrowIfAny([new("trial_id", "is required")]);
        }
        Caller.Of(http).RequireRun(request.TrialId);
        if (request.State is not (null or "completed" or "failed" or "pruned"))
        {
            TrainyardException.ThrowIfAny([new("state", "must be completed, failed or pruned")]);
        }
        return TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var (sweep, trial) = await TrialAsync(db, experimentId, request.TrialId, token);
            var plan = SweepPlan.Of(sweep);
            if (sweep.Trainer == Sweep.Own)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Trial {trial.RunId} is trained by Trainyard, which stores its result itself.");
            }
            var outcome = request.State switch
            {
                "failed" => TrialOutcome.Failed,
                "pruned" => TrialOutcome.Pruned,
                _ => TrialOutcome.Completed,
            };
            if (trial.State is TrialOutcome.Pending or TrialOutcome.Pruning)
            {
                await SettleAsync(db, plan, trial, request, outcome, writer, clock.GetUtcNow(), token);
            }
            else if (trial.State != outcome || (request.Value is { } value && !HasValue(trial, value, plan)))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Trial {trial.RunId} is already {trial.State.ToString().ToLowerInvariant()}{ValueText(trial)}.");
            }
            return TrialView.Of(trial, plan);
        }, cancellationToken));
    }

    /// <summary>Whether a settled trial was given this value. Failed trials keep none.</summary>
    private static bool HasValue(SweepTrial trial, double value, SweepPlan plan) => trial.State switch
    {
        TrialOutcome.Failed => true,
        TrialOutcome.Completed => trial.Value == Finite(value) && trial.Message == TrialSettling.NoteOn(value, plan.Objective.Metric),
        _ => trial.Value == Finite(value),
    };

    private static async Task SettleAsync(
        StoreContext db, SweepPlan plan, SweepTrial trial, TellRequest request, TrialOutcome outcome, EventWriter writer,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = db.Runs.Where(run => run.Id == trial.RunId).Select(run => run.Id);
        var logged = await plan.Objective.ValuesAsync(db, id, cancellationToken);
        var value = request.Value ?? (logged.TryGetValue(trial.RunId, out var known) ? known : null);
        if (outcome is TrialOutcome.Completed && value is null)
        {
            TrainyardException.ThrowIfAny([new("value", $"is required: the trial has logged no {plan.Objective.Metric}")]);
        }
        trial.State = outcome;
        trial.Value = outcome is TrialOutcome.Failed ? null : Finite(value);
        trial.Step = outcome is TrialOutcome.Pruned
            ? trial.Step ?? await db.Series.Where(series => series.RunId == trial.RunId && series.Name == plan.Objective.Metric)
                .Select(series => series.LastStep).SingleOrDefaultAsync(cancellationToken)
            : null;
        trial.Message = outcome switch
        {
            TrialOutcome.Completed => TrialSettling.NoteOn(value, plan.Objective.Metric),
            TrialOutcome.Pruned => trial.Message ?? "pruned",
            _ => "reported as failed",
        };
        var stopped = new RunStopped
        {
            EventId = Guid.CreateVersion7(now),
            RunId = trial.RunId,
            Time = now,
            Status = outcome switch
            {
                TrialOutcome.Completed => RunStatus.Completed,
                TrialOutcome.Pruned => RunStatus.Cancelled,
                _ => RunStatus.Failed,
            },
            Message = trial.Message,
            Measurements = request.Value is { } reported
                ? new Dictionary<string, double>(StringComparer.Ordinal) { [plan.Objective.Metric] = reported }
                : null,
        };
        await writer.ApplyAsync(db, [stopped], now, cancellationToken);
    }

    private static async Task<Ok<ShouldPrune>> ShouldPruneAsync(
        string experimentId, string trialId, [FromQuery(Name = "step")] long? step, [FromQuery(Name = "value")] double? value,
        Database database, PruningJudge judge, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            if (value is not null && step is null)
            {
                TrainyardException.ThrowIfAny([new("step", "is required with a value")]);
            }
            var (sweep, trial) = await TrialAsync(db, experimentId, trialId, token);
            var run = await db.Runs.SingleOrDefaultAsync(row => row.Id == trial.RunId && row.DeletedAt == null, token)
                ?? throw RunLookup.NoRun(trialId);
            if (trial.State is TrialOutcome.Pruning or TrialOutcome.Pruned)
            {
                return new(trial.RunId, Prune: true, trial.Message, trial.Step, trial.Value, null);
            }
            if (RunLife.IsOver(run.Status))
            {
                return new(trial.RunId, run.Status is RunStatus.Cancelled, run.Message ?? run.Status.Name(), null, null, null);
            }
            var plan = SweepPlan.Of(sweep);
            var judgement = await judge.JudgeAsync(db, sweep.Id, plan, trial.RunId, step, value, token);
            var reason = judgement.Prune ? judgement.Reason(plan.Objective.Metric) : null;
            return new ShouldPrune(trial.RunId, judgement.Prune, reason, judgement.Step, judgement.Best, judgement.Median);
        }, cancellationToken));

    /// <summary>Finds a trial of any sweep of the experiment. In a transaction it also locks the sweep's row.</summary>
    private static async Task<(Sweep Sweep, SweepTrial Trial)> TrialAsync(
        StoreContext db, string experimentId, string trialId, CancellationToken cancellationToken)
    {
        await db.ExperimentAsync(experimentId, cancellationToken);
        if (Identifier.IsValid(trialId)
            && await db.SweepTrials.AsNoTracking().SingleOrDefaultAsync(row => row.RunId == trialId, cancellationToken) is { } found
            && await SweepOf(found).SingleOrDefaultAsync(cancellationToken) is { } sweep
            && sweep.ExperimentId == experimentId)
        {
            // The trial may have been settled before the lock was taken.
            return (sweep, await db.SweepTrials.SingleAsync(row => row.RunId == trialId, cancellationToken));
        }
        throw new TrainyardException(ErrorCode.RunNotFound,
            $"Experiment '{experimentId}' has no trial '{StorableText.Clean(trialId, 128)}'.");

        IQueryable<Sweep> SweepOf(SweepTrial trial) => db.Database.CurrentTransaction is null
            ? db.Sweeps.Where(row => row.Id == trial.SweepId)
            : db.LockSweep(trial.SweepId);
    }

    private static string ValueText(SweepTrial trial) => trial switch
    {
        { Value: { } value } => $" with value {value.ToString("R", CultureInfo.InvariantCulture)}",
        { Message: { } message } => $": {message}",
        _ => " without a value",
    };

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
