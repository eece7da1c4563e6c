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

internal sealed record AskRequest(int? Count);

internal sealed record SuggestedTrial(string TrialId, int Number, JsonObject Hyperparams);

/// <summary>The first trial, and all that were asked for: none when all have been handed out, as the message says then.</summary>
internal sealed record AskResponse(string? TrialId, JsonObject? Hyperparams, IReadOnlyList<SuggestedTrial> Trials, int Left, string? Message);

/// <param name="TrialId">The trial.</param>
/// <param name="Value">The objective; what was logged of it when left out.</param>
/// <param name="State"><c>completed</c> when left out, <c>failed</c> or <c>pruned</c>.</param>
internal sealed record TellRequest(string TrialId, double? Value, string? State);

internal sealed record ShouldPrune(string TrialId, bool Prune, string? Reason, long? Step, double? Best, double? Median);

internal static class AskApi
{
    private const int MaxAtOnce = 100;
    private const int MaxKeyCharacters = 200;

    public static void MapAskAndTell(this IEndpointRouteBuilder endpoints)
    {
        var experiment = endpoints.MapGroup("/experiments/{experimentId}").WithTags("Sweeps").WithMetadata(new RequestSizeLimitAttribute(100_000))
            .WithErrors(ErrorCode.IllegalTransition);
        experiment.MapPost("/ask", AskAsync)
            .WithErrors(ErrorCode.IdempotencyKeyReused)
            .WithName("AskForTrial").WithSummary("The next trials of a sweep without a trainer, for a program that trains them itself; the same Idempotency-Key gives the same trials again")
            .WithRequestExample("""{"count":1}""")
            .WithResponseExample("""{"trial_id":"run-8w2c4d6f8h0k","hyperparams":{"lr":0.0012},"trials":[{"trial_id":"run-8w2c4d6f8h0k","number":3,"hyperparams":{"lr":0.0012}}],"left":16,"message":null}""");
        experiment.MapPost("/tell", TellAsync).WithName("TellTrial").WithSummary("What came of a trial; saying the same again changes nothing")
            .WithRequestExample("""{"trial_id":"run-8w2c4d6f8h0k","value":2.31}""")
            .WithResponseExample("""{"number":3,"trial_id":"run-8w2c4d6f8h0k","state":"completed","value":2.31,"step":null,"message":null,"hyperparams":{"lr":0.0012}}""");
        experiment.MapGet("/trials/{trialId}/should_prune", ShouldPruneAsync).WithName("ShouldPruneTrial")
            .WithSummary("Whether a trial should give up, by what it has logged or says here; also when it was cancelled")
            .WithResponseExample("""{"trial_id":"run-8w2c4d6f8h0k","prune":true,"reason":"pruned at step 40: its best val_loss, 3.1, is worse than 2.7, the median of completed trials there","step":40,"best":3.1,"median":2.7}""");
    }

    private static async Task<Ok<AskResponse>> AskAsync(
        string experimentId, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] AskRequest? asked, [FromHeader(Name = "Idempotency-Key")] string? key,
        HttpContext http, Database database, TrialLauncher launcher, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(http);
        var count = QueryLimit.Of(asked?.Count, 1, MaxAtOnce, "count");
        if (key is { Length: 0 or > MaxKeyCharacters })
        {
            TrainyardException.ThrowIfAny([new("Idempotency-Key", $"must have 1 to {MaxKeyCharacters} characters")]);
        }
        var with = key is null ? null : new AskKey(caller.Id, count, key);
        return TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var sweep = await SweepApi.HeldSweepAsync(db, experimentId, token);
            if (sweep.Trainer != Sweep.External)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Trials of sweep {sweep.Id} are handed to trainer '{sweep.Trainer}', not to whoever asks.");
            }
            if (sweep.State is SweepState.Paused or SweepState.Stopped)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Sweep {sweep.Id} is {SweepApi.Name(sweep.State)}.");
            }
            var plan = SweepPlan.Of(sweep);
            var trials = await db.SweepTrials.AsNoTracking().Where(trial => trial.SweepId == sweep.Id).ToListAsync(token);
            // Who lost the answer asks again with the same key, and gets the same trials.
            var known = trials.Where(trial => with is not null && AskKey.Parse(trial.AskedWith) is { } before && before.IsKeyOf(with))
                .OrderBy(trial => trial.Number)
                .ToList();
            if (known.Exists(trial => trial.AskedWith != with?.ToString()))
            {
                throw IdempotencyKey.Reused(key);
            }
            var handed = known.ConvertAll(trial =>
                new SuggestedTrial(trial.RunId, trial.Number, plan.Hyperparameters(SweepPlan.PointOf(trial))));
            var wanted = handed.Count > 0 ? handed.Count : count;
            while (handed.Count < wanted && sweep.Trials < sweep.MaxTrials && plan.Next(trials) is { } point)
            {
                var trial = await launcher.LaunchAsync(db, sweep, plan, point, caller.NewRunId(), with?.ToString(), token);
                trials.Add(trial);
                handed.Add(new(trial.RunId, trial.Number, plan.Hyperparameters(point)));
            }
            return new AskResponse(handed.FirstOrDefault()?.TrialId, handed.FirstOrDefault()?.Hyperparams.DeepClone().AsObject(), handed, sweep.MaxTrials - sweep.Trials,
                handed.Count == wanted ? null : $"all {sweep.MaxTrials} trials have been handed out");
        }, cancellationToken));
    }

    private static async Task<Ok<TrialView>> TellAsync(
        string experimentId, TellRequest told, HttpContext http, Database database, EventWriter writer, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(told.TrialId))
        {
            TrainyardException.ThrowIfAny([new("trial_id", "is required")]);
        }
        Caller.Of(http).RequireRun(told.TrialId);
        if (told.State is not (null or "completed" or "failed" or "pruned"))
        {
            TrainyardException.ThrowIfAny([new("state", "must be completed, failed or pruned")]);
        }
        return TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var (sweep, trial) = await TrialAsync(db, experimentId, told.TrialId, token);
            var plan = SweepPlan.Of(sweep);
            if (sweep.Trainer == Sweep.Own)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Trial {trial.RunId} is trained by Trainyard: its result is that of its run.");
            }
            var outcome = told.State switch { "failed" => TrialOutcome.Failed, "pruned" => TrialOutcome.Pruned, _ => TrialOutcome.Completed };
            if (trial.State is TrialOutcome.Pending or TrialOutcome.Pruning)
            {
                await SettleAsync(db, plan, trial, told, outcome, writer, clock.GetUtcNow(), token);
            }
            else if (trial.State != outcome || (told.Value is { } value && outcome is not TrialOutcome.Failed && trial.Value != Finite(value)))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Trial {trial.RunId} is {trial.State.ToString().ToLowerInvariant()} with value {trial.Value?.ToString("R", System.Globalization.CultureInfo.InvariantCulture) ?? "none"} already.");
            }
            return TrialView.Of(trial, plan);
        }, cancellationToken));
    }

    private static async Task SettleAsync(
        StoreContext db, SweepPlan plan, SweepTrial trial, TellRequest told, TrialOutcome outcome, EventWriter writer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var logged = await plan.Objective.ValuesAsync(db, db.Runs.Where(run => run.Id == trial.RunId).Select(run => run.Id), cancellationToken);
        var value = told.Value ?? (logged.TryGetValue(trial.RunId, out var known) ? known : null);
        if (outcome is TrialOutcome.Completed && value is null)
        {
            TrainyardException.ThrowIfAny([new("value", $"is required: nothing was logged of {plan.Objective.Metric}")]);
        }
        trial.State = outcome;
        trial.Value = outcome is TrialOutcome.Failed ? null : Finite(value);
        trial.Step = outcome is TrialOutcome.Pruned
            ? trial.Step ?? await db.Series.Where(one => one.RunId == trial.RunId && one.Name == plan.Objective.Metric).Select(one => one.LastStep).SingleOrDefaultAsync(cancellationToken)
            : null;
        trial.Message = outcome switch { TrialOutcome.Completed => null, TrialOutcome.Pruned => trial.Message ?? "pruned", _ => "failed, as was told" };
        var stopped = new RunStopped
        {
            EventId = Guid.CreateVersion7(now),
            RunId = trial.RunId,
            Time = now,
            Status = outcome switch { TrialOutcome.Completed => RunStatus.Completed, TrialOutcome.Pruned => RunStatus.Cancelled, _ => RunStatus.Failed },
            Message = trial.Message,
            Measurements = told.Value is { } said ? new Dictionary<string, double>(StringComparer.Ordinal) { [plan.Objective.Metric] = said } : null,
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
            var run = await db.Runs.SingleOrDefaultAsync(one => one.Id == trial.RunId && one.DeletedAt == null, token) ?? throw RunLookup.NoRun(trialId);
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
            return new ShouldPrune(trial.RunId, judgement.Prune, judgement.Prune ? judgement.Reason(plan.Objective.Metric) : null, judgement.Step, judgement.Best, judgement.Median);
        }, cancellationToken));

    /// <summary>A trial of any sweep of the experiment, with the sweep's row held when this is a transaction.</summary>
    private static async Task<(Sweep Sweep, SweepTrial Trial)> TrialAsync(StoreContext db, string experimentId, string trialId, CancellationToken cancellationToken)
    {
        await db.ExperimentAsync(experimentId, cancellationToken);
        if (Identifier.IsValid(trialId) && await db.SweepTrials.AsNoTracking().SingleOrDefaultAsync(one => one.RunId == trialId, cancellationToken) is { } found
            && await (db.Database.CurrentTransaction is null ? db.Sweeps.Where(one => one.Id == found.SweepId) : db.LockSweep(found.SweepId)).SingleOrDefaultAsync(cancellationToken) is { } sweep
            && sweep.ExperimentId == experimentId)
        {
            // What was read before the lock may have been settled since.
            return (sweep, await db.SweepTrials.SingleAsync(one => one.RunId == trialId, cancellationToken));
        }
        throw new TrainyardException(ErrorCode.RunNotFound, $"Experiment '{experimentId}' has no trial '{StorableText.Clean(trialId, 128)}'.");
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
