using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Trainyard.Models.Compute;

/// <summary>
/// The output layer of a language model and the loss of its logits, with their gradients. Logits are made for a chunk of rows at a time,
/// and become their own gradient in place, so they are never all in memory and need no pass of autograd.
/// </summary>
/// <param name="loss">The loss of a row.</param>
/// <param name="inBfloat16">Whether products are computed in bfloat16; sums of them, and the loss, are float32.</param>
internal sealed class OutputLayer(SoftmaxRows loss, bool inBfloat16)
{
    // Large enough for fast products, small enough that a small vocabulary's chunk stays in the cache.
    private const long ChunkBytes = 8 << 20;
    private const long MinRows = 256;
    private const int RowsAtOnce = 8;

    // oneDNN's bfloat16 products are up to three times slower when a dimension is odd.
    private const long Multiple = 64;

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
        var losses = new RowLoss[rows];
        var scale = (float)(share / rows);
        List<Tensor> hiddenGradients = [];
        Tensor? weightGradient = null;
        for (long start = 0; start < rows; start += chunk)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(chunk, rows - start);
            var part = x.narrow(0, start, count);
            var logits = part.mm(w.t());
            Differentiate(logits, (int)vocabulary, targets, losses, (int)start, scale);
            hiddenGradients.Add(logits.mm(w).to(hidden.dtype).MoveToOuterDisposeScope());
            weightGradient = Sum(weightGradient, logits.t(), part)?.MoveToOuterDisposeScope();
        }
        var sum = (CrossEntropy: losses.Sum(row => row.CrossEntropy), Minimised: losses.Sum(row => row.Minimised));
        return (
            new(sum.CrossEntropy / rows, sum.Minimised / rows),
            hiddenGradients.Count == 1 ? hiddenGradients[0] : cat(hiddenGradients),
            weightGradient?.narrow(0, 0, vocabulary) ?? throw new ArgumentException("There are no rows.", nameof(hidden)));
    }

    private Tensor? Sum(Tensor? sum, Tensor logits, Tensor hidden) => sum is null ? logits.mm(hidden).to(float32)
        : inBfloat16 ? sum.Add(logits.mm(hidden))
        : sum.addmm_(logits, hidden);

    private void Differentiate(Tensor logits, int vocabulary, Tensor targets, RowLoss[] losses, int first, float scale)
    {
        var (rows, width) = ((int)logits.shape[0], (int)logits.shape[1]);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        Parallel.For(0, (rows + RowsAtOnce - 1) / RowsAtOnce, parallel, group =>
        {
            var right = MemoryMarshal.Cast<byte, long>(targets.bytes);
            var row = inBfloat16 ? new float[vocabulary] : [];
            for (var index = group * RowsAtOnce; index < Math.Min(rows, (group + 1) * RowsAtOnce); index++)
            {
                var target = (int)right[first + index];
                if (inBfloat16)
                {
                    var stored = MemoryMarshal.Cast<byte, ushort>(logits.bytes).Slice(index * width, width);
                    Bfloat16Values.Widen(stored[..vocabulary], row);
                    losses[first + index] = loss.Apply(row, target, scale);
                    Bfloat16Values.Narrow(row, stored[..vocabulary]);
                    stored[vocabulary..].Clear();
                }
                else
                {
                    losses[first + index] = loss.Apply(logits.Floats().Slice(index * width, width), target, scale);
                }
            }
        });
    }

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
