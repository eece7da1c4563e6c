namespace Trainyard.Sweeps;

/// <summary>
/// The median stopping rule (Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, 3.2.1) as Optuna's
/// MedianPruner has it: a trial is given up when its best value so far is worse than the median of what the completed trials had reached at
/// the same step.
/// </summary>
/// <param name="MinTrials">Number of completed trials before any is pruned; at least 1.</param>
/// <param name="WarmupSteps">Steps during which no trial is pruned.</param>
/// <param name="Interval">Steps between checks after the warmup; at least 1.</param>
public sealed record MedianRule(int MinTrials = 5, long WarmupSteps = 0, long Interval = 1)
{
    /// <summary>The last step up to the one reached at which a trial is checked; null during the warmup.</summary>
    /// <param name="reached">The last step the trial has a value at.</param>
    public long? LookAt(long reached) => reached < WarmupSteps ? null : WarmupSteps + (reached - WarmupSteps) / Interval * Interval;

    /// <summary>Whether to prune a trial.</summary>
    /// <param name="best">The trial's lowest loss so far; NaN if it has only had NaN.</param>
    /// <param name="others">The losses of completed trials at that step; NaN is ignored.</param>
    public bool Prunes(double best, IReadOnlyList<double> others) =>
        Median(others) is { } median && (double.IsNaN(best) || best > median);

    /// <summary>The median to compare with; null if too few trials are completed.</summary>
    public double? Median(IReadOnlyList<double> others)
    {
        var known = others.Where(loss => !double.IsNaN(loss)).Order().ToArray();
        return known.Length < Math.Max(1, MinTrials) ? null : (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2;
    }
}
