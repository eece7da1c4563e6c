using TorchSharp;
using static TorchSharp.torch;

namespace Trainyard.Models.Families;

/// <summary>
/// The mask that hides later positions: 0 where a position may look, negative infinity elsewhere. Grows to the longest sequence read, not
/// to the context: with 128 Ki tokens that would take 64 GiB.
/// </summary>
public sealed class CausalMask : IDisposable
{
    private readonly Lock gate = new();
    private Tensor? square;

    /// <summary>The mask of a sequence: float32, (length, length), a view that belongs to the current dispose scope.</summary>
    public Tensor For(long length)
    {
        lock (gate)
        {
            if (square is null || square.shape[0] < length)
            {
                square?.Dispose();
                square = Create(length);
            }
            return square.narrow(0, 0, length).narrow(1, 0, length);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => square?.Dispose();

    private static Tensor Create(long length)
    {
        using var scope = NewDisposeScope();
        using Scalar masked = float.NegativeInfinity;
        return full([length, length], masked).triu(1).DetachFromDisposeScope();
    }
}
