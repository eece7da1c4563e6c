namespace Trainyard.Sweeps;

/// <summary>The state of a trial.</summary>
public enum TrialState
{
    /// <summary>Running; the result is unknown.</summary>
    Pending,

    /// <summary>It ended with a loss; one that is not finite counts as worse than every number.</summary>
    Completed,

    /// <summary>Stopped early; its loss is the last it reached.</summary>
    Pruned,

    /// <summary>Ended without a result; ignored by samplers.</summary>
    Failed,
}

/// <summary>A point that was tried.</summary>
/// <param name="Point">One coordinate per parameter.</param>
/// <param name="State">The trial's state.</param>
/// <param name="Loss">The value to minimize; negate a value to maximize.</param>
/// <param name="Step">The step a pruned trial reached.</param>
public sealed record Trial(IReadOnlyList<double> Point, TrialState State, double Loss = double.NaN, long Step = 0);
