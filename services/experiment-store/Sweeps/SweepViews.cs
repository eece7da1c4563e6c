using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>The parameters and result of a trial. The value of a completed trial is null if it is not finite.</summary>
internal sealed record TrialView(
    int Number, string TrialId, TrialOutcome State, double? Value, long? Step, string? Message, JsonObject Hyperparams)
{
    public static TrialView Of(SweepTrial trial, SweepPlan plan) => new(
        trial.Number, trial.RunId, trial.State, trial.Value, trial.Step, trial.Message, plan.Parameters(SweepPlan.PointOf(trial)));
}

/// <summary>The trials of a sweep, counted by outcome.</summary>
/// <param name="Handed">Trials handed out so far.</param>
/// <param name="Left">Trials still to be handed out.</param>
/// <param name="Pending">Trials that run or wait to start.</param>
/// <param name="Completed">Trials with a value.</param>
/// <param name="Failed">Trials without a value.</param>
/// <param name="Pruned">Trials stopped early.</param>
internal sealed record TrialCounts(int Handed, int Left, int Pending, int Completed, int Failed, int Pruned);

/// <summary>A sweep, its progress and its best trial.</summary>
internal sealed record SweepView(
    string SweepId, string ExperimentId, SweepState State, string? Message, string Trainer, int MaxTrials, int MaxConcurrent,
    TrialCounts Trials, TrialView? Best, IReadOnlyList<TrialView> Running, StoredJson Definition, DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt)
{
    private const int MaxRunning = 1000;

    public static async Task<SweepView> OfAsync(StoreContext db, Sweep sweep, CancellationToken cancellationToken)
    {
        var plan = SweepPlan.Of(sweep);
        var trials = db.SweepTrials.Where(trial => trial.SweepId == sweep.Id);
        var counts = await trials.GroupBy(trial => trial.State).Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var valued = trials.Where(trial => trial.State == TrialOutcome.Completed && trial.Value != null);
        var best = await (plan.Maximize ? valued.OrderByDescending(trial => trial.Value) : valued.OrderBy(trial => trial.Value))
            .ThenBy(trial => trial.Number).FirstOrDefaultAsync(cancellationToken);
        var running = await trials.Where(trial => trial.State == TrialOutcome.Pending || trial.State == TrialOutcome.Pruning)
            .OrderBy(trial => trial.Number).Take(MaxRunning).ToListAsync(cancellationToken);
        return new(
            sweep.Id, sweep.ExperimentId, sweep.State, sweep.Message, sweep.Trainer, sweep.MaxTrials, sweep.MaxConcurrent,
            new(sweep.Trials, Math.Max(0, sweep.MaxTrials - sweep.Trials), Count(TrialOutcome.Pending) + Count(TrialOutcome.Pruning),
                Count(TrialOutcome.Completed), Count(TrialOutcome.Failed), Count(TrialOutcome.Pruned)),
            best is null ? null : TrialView.Of(best, plan), [.. running.Select(trial => TrialView.Of(trial, plan))],
            new(sweep.Definition), sweep.CreatedAt, sweep.EndedAt);

        int Count(TrialOutcome state) => counts.GetValueOrDefault(state);
    }
}
