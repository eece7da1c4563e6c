using TorchSharp;
using Trainyard.Models.Training;

namespace Trainyard.Models.Checkpoints;

/// <summary>
/// A copy of everything that a checkpoint holds, so that it can be written while training goes on. The memory of the copy, three times that
/// of the weights and more if they are averaged or normalised, is kept for the next one.
/// </summary>
internal sealed class CheckpointSnapshot : IDisposable
{
    /// <summary>The tensors.</summary>
    public CheckpointTensors Tensors { get; private set; } = new([], []);

    /// <summary>The state of the training loop.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>The events that were not stored when the copy was made.</summary>
    public ReadOnlyMemory<byte> Undelivered { get; private set; }

    /// <summary>Replaces the copy.</summary>
    public void Take(CheckpointTensors tensors, TrainingState state, ReadOnlyMemory<byte> undelivered)
    {
        Tensors = new(Copy(tensors.Model, Tensors.Model), Copy(tensors.Training, Tensors.Training));
        (State, Undelivered) = (state, undelivered);
    }

    public void Dispose()
    {
        foreach (var (_, tensor) in Tensors.Model.Concat(Tensors.Training))
        {
            tensor.Dispose();
        }
    }

    private static IReadOnlyList<NamedTensor> Copy(IReadOnlyList<NamedTensor> tensors, IReadOnlyList<NamedTensor> earlier)
    {
        var copies = earlier.Count == 0
            ? [.. tensors.Select(tensor => new NamedTensor(tensor.Name, torch.empty_like(tensor.Tensor).DetachFromDisposeScope()))]
            : earlier;
        for (var index = 0; index < tensors.Count; index++)
        {
            // libtorch would copy with threads of its own, which training needs.
            tensors[index].Tensor.bytes.CopyTo(copies[index].Tensor.bytes);
        }
        return copies;
    }
}
