using static TorchSharp.torch;

namespace Trainyard.Models.Compute;

/// <summary>
/// The output layer of a language model and the loss of its logits, with their gradients. Logits are made for a chunk of rows at a time,
/// and become their own gradient in place, so they are never all in memory and need no pass of autograd.
/// </summary>
/// <param name="objective">What is minimised.</param>
/// <param name="inBfloat16">Whether products are computed in bfloat16; sums of them, and the loss, are float32.</param>
internal sealed class OutputLayer(Objective objective, bool inBfloat16)
{
    // Large enough for fast products, small enough that a small vocabulary's chunk stays in the cache.
    private const long ChunkBytes = 8 << 20;
    private const long MinRows = 256;

    // oneDNN's bfloat16 products are up to three times slower when a dimension is odd.
    private const long Multiple = 64;

    /// <summary>Whether products are computed in bfloat16.</summary>
    public bool InBfloat16 => inBfloat16;

    /// <summary>Adds the gradient of the mean loss to the parameters that the arguments are or came from.</summary>
    /// <param name="hidden">float32, (rows, dim).</param>
    /// <param name="weight">float32, (vocabulary, dim).</param>
    /// <param name="targets">int64, (rows).</param>
    /// <param name="share">Factor of the gradient.</param>
    /// <returns>Means over the rows.</returns>
    public RowLoss Backward(Tensor hidden, Tensor weight, Tensor targets, double share)
    {
        using var scope = NewDisposeScope();
        Tensor hiddenGradient, weightGradient;
        RowLoss mean;
        using (no_grad())
        {
            (mean, hiddenGradient, weightGradient) = Gradients(hidden.detach(), weight.detach(), targets, share);
        }
        autograd.backward([weight, hidden], [weightGradient, hiddenGradient]);
        return mean;
    }

    private (RowLoss Mean, Tensor Hidden, Tensor Weight) Gradients(Tensor hidden, Tensor weight, Tensor targets, double share)
    {
        var (rows, vocabulary) = (hidden.shape[0], weight.shape[0]);
        var (x, w) = inBfloat16 ? (hidden.to(bfloat16), Padded(weight)) : (hidden, weight);
        var rowBytes = w.shape[0] * x.ElementSize;
        var chunk = Math.Max(MinRows, ChunkBytes / rowBytes);
        var right = targets.Longs();
        List<RowLoss> losses = [];
        List<Tensor> hiddenGradients = [];
        Tensor? weightGradient = null;
        for (long start = 0; start < rows; start += chunk)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(chunk, rows - start);
            var part = x.narrow(0, start, count);
            var logits = part.mm(w.t());
            losses.AddRange(objective.Differentiate(logits, (int)vocabulary, right.Slice((int)start, (int)count), share / rows));
            hiddenGradients.Add(logits.mm(w).to(hidden.dtype).MoveToOuterDisposeScope());
            weightGradient = Sum(weightGradient, logits.t(), part)?.MoveToOuterDisposeScope();
        }
        return (
            Objective.Mean(losses),
            hiddenGradients.Count == 1 ? hiddenGradients[0] : cat(hiddenGradients),
            weightGradient?.narrow(0, 0, vocabulary) ?? throw new ArgumentException("There are no rows.", nameof(hidden)));
    }

    private Tensor? Sum(Tensor? sum, Tensor logits, Tensor hidden) => sum is null ? logits.mm(hidden).to(float32)
        : inBfloat16 ? sum.Add(logits.mm(hidden))
        : sum.addmm_(logits, hidden);

    private static Tensor Padded(Tensor weight)
    {
        var (rows, dim) = (weight.shape[0], weight.shape[1]);
        var padded = (rows + Multiple - 1) / Multiple * Multiple;
        if (padded == rows)
        {
            return weight.to(bfloat16);
        }
        var result = empty([padded, dim], dtype: bfloat16);
        result.narrow(0, 0, rows).copy_(weight);
        result.narrow(0, rows, padded - rows).zero_();
        return result;
    }
}
