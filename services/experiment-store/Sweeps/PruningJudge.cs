using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Sweeps;

/// <param name="Prune">Whether to prune the trial.</param>
/// <param name="Step">The step of the comparison; null if there was nothing to compare yet.</param>
/// <param name="Best">Its best value so far.</param>
/// <param name="Median">The median of the completed trials at that step; null if too few have reached it.</param>
internal sealed record Judgement(bool Prune, long? Step = null, double? Best = null, double? Median = null)
{
    public string Reason(string metric) => string.Create(CultureInfo.InvariantCulture,
        $"pruned at step {Step}: its best {metric}, {Best:G6}, is worse than {Median:G6}, the median of completed trials there");
}

/// <summary>Compares a trial's curve with those of the completed trials.</summary>
internal sealed class PruningJudge
{
    private const int MaxOthers = 500;
    private const int MaxRemembered = 100_000;

    // Cached: the curve of a completed trial no longer changes.
    private readonly ConcurrentDictionary<(long Series, long Step), double> reached = new();

    /// <summary>
    /// Judges a trial at the pruner's latest check. The step and value are what the trial reports itself; if they are null, the logged ones
    /// count.
    /// </summary>
    public async Task<Judgement> JudgeAsync(
        StoreContext db, string sweepId, SweepPlan plan, string runId, long? step, double? value, CancellationToken cancellationToken)
    {
        var metric = plan.Objective.Metric;
        await using var snapshot = await db.SnapshotAsync(cancellationToken);
        var own = await db.Series.AsNoTracking()
            .SingleOrDefaultAsync(series => series.RunId == runId && series.Name == metric, cancellationToken);
        var last = step ?? own?.LastStep;
        if (plan.Pruner is not { } rule || last is not { } known || rule.LookAt(known) is not { } at
            || (own?.LastStep is null && value is null))
        {
            return new(Prune: false);
        }
        double?[] losses = [plan.Maximize ? -own?.Max : own?.Min, value is { } reported ? plan.Loss(reported) : null];
        var best = losses.Where(loss => loss is { } number && !double.IsNaN(number)).Min() ?? double.NaN;

        var others = await (
            from trial in db.SweepTrials
            join series in db.Series on trial.RunId equals series.RunId
            where trial.SweepId == sweepId && trial.State == TrialOutcome.Completed && series.Name == metric && series.LastStep != null
            orderby trial.Number descending
            select series).AsNoTracking().Take(MaxOthers).ToListAsync(cancellationToken);
        var values = new List<double>(others.Count);
        foreach (var other in others)
        {
            values.Add(plan.Loss(await ReachedAsync(db, other, at, cancellationToken)));
        }
        return new(rule.Prunes(best, values), at, plan.Loss(best), rule.Median(values) is { } median ? plan.Loss(median) : null);
    }

    /// <summary>The last value up to a step; NaN when there is none.</summary>
    private async Task<double> ReachedAsync(StoreContext db, Series series, long step, CancellationToken cancellationToken)
    {
        if (reached.TryGetValue((series.Id, step), out var known))
        {
            return known;
        }
        var selection = await Selection.OfAsync(db, series.RunId, from: null, to: step, attempt: null, cancellationToken);
        var curve = await CurveReader.ReadAsync(db, series, selection, maxPoints: 1, withAttempt: false, cancellationToken);
        var value = curve.Buckets is [.., var bucket] ? bucket.Last : curve.Points is [.., var point] ? point.Value : double.NaN;
        if (reached.Count >= MaxRemembered)
        {
            reached.Clear();
        }
        return reached[(series.Id, step)] = value;
    }
}
