namespace Trainyard.Sweeps;

/// <summary>How a trial stands.</summary>
public enum TrialState
{
    /// <summary>Handed out, result unknown.</summary>
    Pending,

    /// <summary>It ended with a loss; one that is not finite counts as worse than every number.</summary>
    Completed,

    /// <summary>It was given up on the way; its loss is the last it reached.</summary>
    Pruned,

    /// <summary>It ended without a result and says nothing about its point.</summary>
    Failed,
}

/// <summary>A point that was tried.</summary>
/// <param name="Point">One coordinate per parameter.</param>
/// <param name="State">How it stands.</param>
/// <param name="Loss">What is to be small; negate what is to be large.</param>
/// <param name="Step">Of a pruned trial: the step it reached.</param>
public sealed record Trial(IReadOnlyList<double> Point, TrialState State, double Loss = double.NaN, long Step = 0);
