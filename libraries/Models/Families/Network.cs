using static TorchSharp.torch;

namespace Trainyard.Models.Families;

/// <summary>A model: its shape and its parameters. What it computes is its family's and its task's business.</summary>
public abstract class Network : IDisposable
{
    /// <summary>Takes over the parameters, which it disposes.</summary>
    protected Network(IReadOnlyList<NamedTensor> parameters) => Parameters = parameters;

    /// <summary>The model's shape.</summary>
    public abstract NetworkShape Shape { get; }

    /// <summary>Trainable tensors, in the order of <see cref="NetworkShape.Parameters"/>.</summary>
    public IReadOnlyList<NamedTensor> Parameters { get; }

    /// <summary>Receives the number of each block, from 0, and its output while statistics are taken.</summary>
    internal Action<int, Tensor>? BlockObserver { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Shows a block's output to the observer, if there is one.</summary>
    protected void ShowBlock(int block, Tensor output) => BlockObserver?.Invoke(block, output);

    /// <summary>Disposes the parameters; families add their buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }
        foreach (var parameter in Parameters)
        {
            parameter.Tensor.Dispose();
        }
    }
}
