using TorchSharp;
using static TorchSharp.torch;

namespace Trainyard.Models.Compute;

/// <summary>
/// The gradient of an embedding, added row by row to that of its weight. Autograd would fill a tensor of the weight's size with zeros, and
/// add all of it, for every batch.
/// </summary>
internal sealed class EmbeddingGradient
{
    private static readonly Scalar One = 1;

    private (Tensor Weight, Tensor Ids, Tensor Rows)? selected;

    /// <summary>The rows of the weight with these ids, as a leaf of the graph.</summary>
    public Tensor Select(Tensor weight, Tensor ids)
    {
        var rows = weight.detach().index_select(0, ids).requires_grad_();
        selected = (weight, ids, rows);
        return rows;
    }

    /// <summary>Adds what the backward pass has left in the rows. Call it after that pass.</summary>
    public void Backward()
    {
        if (selected is not var (weight, ids, rows) || rows.grad is not { } gradient)
        {
            return;
        }
        using var noGradient = no_grad();
        weight.grad ??= zeros_like(weight);
        weight.grad?.index_add_(0, ids, gradient, One);
    }
}
