namespace Trainyard.Sweeps;

/// <summary>
/// The median stopping rule (Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, 3.2.1) as Optuna's
/// MedianPruner has it: a trial is given up when its best value so far is worse than the median of what the completed trials had reached at
/// the same step.
/// </summary>
/// <param name="MinTrials">How many trials must have been completed before any is given up; at least 1.</param>
/// <param name="WarmupSteps">The steps for which every trial is left alone.</param>
/// <param name="Interval">The steps between two looks, from the warmup on; at least 1.</param>
public sealed record MedianRule(int MinTrials = 5, long WarmupSteps = 0, long Interval = 1)
{
    /// <summary>The newest step, not beyond the one reached, at which a trial is to be looked at; null while it is warming up.</summary>
    /// <param name="reached">The last step the trial has a value at.</param>
    public long? LookAt(long reached) => reached < WarmupSteps ? null : WarmupSteps + (reached - WarmupSteps) / Interval * Interval;

    /// <summary>Whether to give a trial up.</summary>
    /// <param name="best">Its least loss so far; NaN when it has had nothing but NaN.</param>
    /// <param name="others">The losses of completed trials at that step; NaN ones are left out.</param>
    public bool Prunes(double best, IReadOnlyList<double> others) =>
        Median(others) is { } median && (double.IsNaN(best) || best > median);

    /// <summary>What a trial is held against; null while too few trials have been completed.</summary>
    public double? Median(IReadOnlyList<double> others)
    {
        var known = others.Where(loss => !double.IsNaN(loss)).Order().ToArray();
        return known.Length < Math.Max(1, MinTrials) ? null : (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2;
    }
}
