namespace Trainyard.Models.Optimization;

/// <summary>Moves weights against their gradients.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>What to save and restore with the weights.</summary>
    IReadOnlyList<NamedTensor> State { get; }

    /// <summary>Moves every weight against its gradient, then drops the gradients.</summary>
    /// <param name="step">How many updates this makes in all, from 1.</param>
    /// <param name="learningRate">This step's rate.</param>
    /// <param name="clip">Largest norm of the gradient; 0 for any.</param>
    /// <param name="threads">How many threads work.</param>
    /// <returns>The gradient's norm before clipping; no weight moves when it is not finite.</returns>
    double Step(long step, double learningRate, double clip, int threads);
}

/// <summary>The optimizers.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Optimization.AdamW"/> for everything.</summary>
    AdamW,

    /// <summary><see cref="Optimization.Muon"/> for the matrices of linear layers, AdamW for the rest.</summary>
    Muon,
}
