
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

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

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
