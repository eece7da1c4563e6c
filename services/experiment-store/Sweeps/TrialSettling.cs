using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Training;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>Settles trials whose runs have ended, and stops pruned ones.</summary>
internal static class TrialSettling
{
    /// <summary>Settles every open trial whose run has ended or is deleted. The caller locks the sweep's row.</summary>
    public static async Task SettleAsync(StoreContext db, Sweep sweep, SweepPlan plan, CancellationToken cancellationToken)
    {
        var open = await db.SweepTrials
            .Where(trial => trial.SweepId == sweep.Id && (trial.State == TrialOutcome.Pending || trial.State == TrialOutcome.Pruning))
            .ToListAsync(cancellationToken);
        var ids = open.Select(trial => trial.RunId).ToList();
        var alive = await db.Runs
            .Where(run => ids.Contains(run.Id) && run.DeletedAt == null
                && (run.Status == RunStatus.Queued || run.Status == RunStatus.Running || run.Status == RunStatus.Interrupted))
            .Select(run => run.Id).ToListAsync(cancellationToken);
        var ended = open.ExceptBy(alive, trial => trial.RunId, StringComparer.Ordinal).ToList();
        if (ended.Count == 0)
        {
            return;
        }
        var endedIds = ended.Select(trial => trial.RunId).Order(StringComparer.Ordinal).ToArray();
        var runs = await db.LockRuns(endedIds).ToDictionaryAsync(run => run.Id, StringComparer.Ordinal, cancellationToken);
        var runIds = db.Runs.Where(run => endedIds.Contains(run.Id)).Select(run => run.Id);
        var values = await plan.Objective.ValuesAsync(db, runIds, cancellationToken);
        foreach (var trial in ended)
        {
            Settle(trial, runs.GetValueOrDefault(trial.RunId), values.TryGetValue(trial.RunId, out var value) ? value : null, plan);
        }
    }

    /// <summary>Asks a trial to stop, if it still runs.</summary>
    /// <returns>Whether the trainer's cancel flag must be set.</returns>
    public static async Task<bool> PruneAsync(
        StoreContext db, string sweepId, SweepPlan plan, string runId, Judgement judgement, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await db.LockSweep(sweepId).SingleAsync(cancellationToken);
        var trial = await db.SweepTrials.SingleAsync(row => row.RunId == runId, cancellationToken);
        var run = await db.LockRuns([runId]).SingleOrDefaultAsync(cancellationToken);
        if (run is not { Status: RunStatus.Running, DeletedAt: null } || trial.State is not TrialOutcome.Pending)
        {
            return false;
        }
        trial.State = TrialOutcome.Pruning;
        trial.Step = judgement.Step;
        trial.Value = judgement.Best is { } best && double.IsFinite(best) ? best : null;
        trial.Message = judgement.Reason(plan.Objective.Metric);
        if (run.Kind is RunKind.Own)
        {
            run.Ask(RunRequest.Cancel, trial.Message, now);
        }
        return run.Kind is RunKind.Own;
    }

    /// <summary>Names a final value that is no number, since such a trial has no value; null for a number.</summary>
    public static string? NoteOn(double? value, string metric) => value is { } number && !double.IsFinite(number)
        ? $"{metric} is {number.ToString(CultureInfo.InvariantCulture)}: the trial ranks behind every number"
        : null;

    private static void Settle(SweepTrial trial, Run? run, double? value, SweepPlan plan)
    {
        switch (run)
        {
            case null or { DeletedAt: not null }:
                (trial.State, trial.Value, trial.Message) = (TrialOutcome.Failed, null, "its run was deleted");
                break;
            case { Status: RunStatus.Completed } when value is { } reached:
                (trial.State, trial.Value, trial.Message) = (
                    TrialOutcome.Completed, double.IsFinite(reached) ? reached : null, NoteOn(reached, plan.Objective.Metric));
                break;
            case { Status: RunStatus.Completed }:
                (trial.State, trial.Message) = (TrialOutcome.Failed, $"it has logged no {plan.Objective.Metric}");
                break;
            case { Status: RunStatus.Cancelled } when trial.State is TrialOutcome.Pruning:
                trial.State = TrialOutcome.Pruned;
                run.Message = trial.Message;
                break;
            default:
                (trial.State, trial.Value, trial.Message) = (TrialOutcome.Failed, null, run.Message ?? run.Status.Name());
                break;
        }
    }
}
