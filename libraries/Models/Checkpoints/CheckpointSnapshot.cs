using TorchSharp;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Training;

namespace Trainyard.Models.Checkpoints;

/// <summary>
/// A copy of everything that a checkpoint holds, so that it can be written while training goes on. The memory of the copy, three times that
/// of the weights, is kept for the next one.
/// </summary>
internal sealed class CheckpointSnapshot : IDisposable
{
    /// <summary>The weights.</summary>
    public IReadOnlyList<NamedTensor> Weights { get; private set; } = [];

    /// <summary>The optimizer's moments.</summary>
    public IReadOnlyList<NamedTensor> Moments { get; private set; } = [];

    /// <summary>The state of the training loop.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>The events that were not stored when the copy was made.</summary>
    public ReadOnlyMemory<byte> Undelivered { get; private set; }

    /// <summary>Replaces the copy.</summary>
    public void Take(Network model, AdamW optimizer, TrainingState state, ReadOnlyMemory<byte> undelivered)
    {
        Weights = Copy(model.Parameters, Weights);
        Moments = Copy(optimizer.State, Moments);
        (State, Undelivered) = (state, undelivered);
    }

    public void Dispose()
    {
        foreach (var (_, tensor) in Weights.Concat(Moments))
        {
            tensor.Dispose();
        }
    }

    private static IReadOnlyList<NamedTensor> Copy(IReadOnlyList<NamedTensor> tensors, IReadOnlyList<NamedTensor> earlier)
    {
        using var noGradient = torch.no_grad();
        var copies = earlier.Count == 0
            ? [.. tensors.Select(tensor => new NamedTensor(tensor.Name, torch.empty_like(tensor.Tensor).DetachFromDisposeScope()))]
            : earlier;
        for (var index = 0; index < tensors.Count; index++)
        {
            copies[index].Tensor.copy_(tensors[index].Tensor);
        }
        return copies;
    }
}
