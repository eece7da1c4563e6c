using Trainyard.Models.Checkpoints;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Parametrization;
using Trainyard.Models.Training;

namespace Trainyard.Models.Loop;

/// <summary>
/// Everything between the gradients of a step and the model's new weights: the optimizer, and spectral norm and the average of weights if
/// the plan has them.
/// </summary>
internal sealed class WeightUpdate : IDisposable
{
    private readonly TrainingPlan plan;
    private readonly Network model;
    private readonly SpectralNorm? spectralNorm;
    private readonly WeightAverage? average;
    private readonly IOptimizer optimizer;

    /// <exception cref="InvalidDataException">Spectral norm can't be applied to the chosen layers.</exception>
    public WeightUpdate(TrainingPlan plan, Network model)
    {
        (this.plan, this.model) = (plan, model);
        ParameterSpec[] specs = [.. model.Shape.Parameters()];
        spectralNorm = plan.SpectralNorm is { } norm ? new(specs, model.Parameters, norm, plan.Seed) : null;
        average = plan.EmaDecay is { } decay ? new(model.Parameters, decay) : null;
        Updated = spectralNorm?.Trained ?? model.Parameters;
        optimizer = plan.Optimizer is OptimizerKind.Muon
            ? new Muon(specs, Updated, plan.WeightDecay)
            : new AdamW(Updated, plan.WeightDecay);
    }

    /// <summary>What the optimizer moves, in the order of the model's parameters.</summary>
    public IReadOnlyList<NamedTensor> Updated { get; }

    /// <summary>The layers whose weights are spectrally normalised.</summary>
    public IReadOnlyList<string> NormalisedLayers => spectralNorm?.Layers ?? [];

    /// <summary>The weights that are evaluated and published: the model's, or their average.</summary>
    public IReadOnlyList<NamedTensor> Published => average?.Averages ?? model.Parameters;

    /// <summary>What a checkpoint holds. After reading into them, call <see cref="Restored"/>.</summary>
    public CheckpointTensors Tensors =>
        new(Published, [.. optimizer.State, .. spectralNorm?.State ?? [], .. average?.Trained ?? []]);

    /// <summary>Makes the gradients those of <see cref="Updated"/>. Call it after the last backward pass of a step.</summary>
    public void TakeGradients() => spectralNorm?.MoveGradients();

    /// <summary>Moves the weights and drops the gradients.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>The gradient's norm before clipping; nothing moves when it is not finite.</returns>
    public double Step(long step, double rate)
    {
        var norm = optimizer.Step(step, rate, plan.GradClip, plan.ThreadCount);
        if (double.IsFinite(norm))
        {
            spectralNorm?.Iterate();
            average?.Add(step, plan.ThreadCount);
        }
        return norm;
    }

    /// <summary>Gives the model its published weights until the result is disposed.</summary>
    public IDisposable? ApplyAverage() => average?.Apply();

    /// <summary>Call it after <see cref="Tensors"/> have been read from a checkpoint.</summary>
    public void Restored() => spectralNorm?.Apply();

    public void Dispose()
    {
        spectralNorm?.Dispose();
        average?.Dispose();
        optimizer.Dispose();
    }
}
