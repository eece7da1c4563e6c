namespace Trainyard.Sweeps;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization", NeurIPS
/// 2011). The trials so far are split into a few good ones and the rest; of 24 candidates drawn from the density of the good ones
/// that is taken which is likeliest to be good: the greatest ratio of the two densities. Kernels span all parameters together
/// (Falkner, Klein and Hutter, "BOHB", ICML 2018), so that what goes well together is found together; prior, bandwidths, weights and
/// the split are those of hyperopt and Optuna.
/// </summary>
/// <remarks>
/// Pruned trials rank behind every completed one, the further they got the better. Pending ones count as bad ("constant liar"), so that
/// trials running side by side spread out. Failed ones are left out; a loss that is not finite is worse than every number.
/// </remarks>
/// <param name="space">What to sample from.</param>
/// <param name="seed">The same seed and history give the same point.</param>
public sealed class TpeSampler(SearchSpace space, long seed) : ISampler
{
    /// <summary>Number of ended trials before the model is used; until then, points are random.</summary>
    public const int StartupTrials = 10;

    private const int Candidates = 24;
    private const int MaxGood = 25;

    private readonly RandomSampler random = new(space, seed);

    /// <inheritdoc/>
    public double[]? Next(IReadOnlyList<Trial> trials)
    {
        var ended = trials.Count(trial => trial.State is TrialState.Completed or TrialState.Pruned);
        if (ended < StartupTrials)
        {
            return random.Next(trials);
        }
        var (good, bad) = Split(trials, Math.Min((ended + 9) / 10, MaxGood));
        var draws = new Draws(seed, trials.Count);
        Parzen likely = new(space.Parameters, good), unlikely = new(space.Parameters, bad);
        return Enumerable.Range(0, Candidates)
            .Select(_ => likely.Draw(draws))
            .MaxBy(point => Math.Log(likely.At(point)) - Math.Log(unlikely.At(point)));
    }

    private static (List<IReadOnlyList<double>> Good, List<IReadOnlyList<double>> Bad) Split(IReadOnlyList<Trial> trials, int count)
    {
        var known = trials.Select((trial, number) => (Trial: trial, Number: number))
            .Where(trial => trial.Trial.State is not TrialState.Failed)
            .ToList();
        var good = known.OrderBy(trial => Rank(trial.Trial)).Take(count).Select(trial => trial.Number).ToHashSet();
        // Keep both in the order of the trials, because weights fade with age.
        return ([.. known.Where(trial => good.Contains(trial.Number)).Select(trial => trial.Trial.Point)],
            [.. known.Where(trial => !good.Contains(trial.Number)).Select(trial => trial.Trial.Point)]);

        static (int, long, double) Rank(Trial trial) => trial.State switch
        {
            TrialState.Completed => (0, 0, Comparable(trial.Loss)),
            TrialState.Pruned => (1, -trial.Step, Comparable(trial.Loss)),
            _ => (2, 0, 0),
        };
    }

    private static double Comparable(double loss) => double.IsFinite(loss) ? loss : double.PositiveInfinity;
}
