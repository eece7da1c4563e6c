using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Trainyard.Models.Compute;

/// <summary>
/// What a step of a classifier minimises, be it of tokens or of images: the cross-entropy, with label smoothing and z-loss if there are
/// any. Its gradient takes the place of the logits.
/// </summary>
/// <param name="labelSmoothing">The share of a target's probability that is spread over all classes.</param>
/// <param name="zLoss">The weight of the squared logarithm of the softmax's denominator.</param>
internal sealed class Objective(double labelSmoothing, double zLoss)
{
    private const int RowsAtOnce = 8;

    private readonly SoftmaxRow row = new((float)labelSmoothing, (float)zLoss);

    /// <summary>Adds the gradient of the mean to the parameters that the logits came from.</summary>
    /// <param name="logits">float32, (places, classes).</param>
    /// <param name="targets">int64, (places): the right class of each.</param>
    /// <param name="share">Factor of the gradient.</param>
    /// <returns>Means over the places.</returns>
    public RowLoss Backward(Tensor logits, Tensor targets, double share)
    {
        var (places, classes) = (logits.shape[0], (int)logits.shape[1]);
        var gradient = logits.detach().clone();
        var losses = Differentiate(gradient, classes, targets.Longs(), share / places);
        logits.backward([gradient]);
        return Mean(losses);
    }

    /// <summary>Replaces logits by their gradient.</summary>
    /// <param name="logits">float32 or bfloat16, (places, at least <paramref name="classes"/>). Further columns become 0.</param>
    /// <param name="classes">How many columns are logits.</param>
    /// <param name="targets">The right class of each place.</param>
    /// <param name="scale">Factor of the gradient.</param>
    public RowLoss[] Differentiate(Tensor logits, int classes, ReadOnlyMemory<long> targets, double scale)
    {
        var (places, width, isFloat) = ((int)logits.shape[0], (int)logits.shape[1], logits.dtype == ScalarType.Float32);
        var losses = new RowLoss[places];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        Parallel.For(0, (places + RowsAtOnce - 1) / RowsAtOnce, parallel, group =>
        {
            var converted = isFloat ? [] : new float[classes];
            for (var place = group * RowsAtOnce; place < Math.Min(places, (group + 1) * RowsAtOnce); place++)
            {
                var target = (int)targets.Span[place];
                if (isFloat)
                {
                    losses[place] = row.Apply(logits.Floats().Slice(place * width, width), target, (float)scale);
                    continue;
                }
                var stored = MemoryMarshal.Cast<byte, ushort>(logits.bytes).Slice(place * width, width);
                Bfloat16Values.Widen(stored[..classes], converted);
                losses[place] = row.Apply(converted, target, (float)scale);
                Bfloat16Values.Narrow(converted, stored[..classes]);
                stored[classes..].Clear();
            }
        });
        return losses;
    }

    /// <summary>The mean of losses.</summary>
    public static RowLoss Mean(IReadOnlyCollection<RowLoss> losses) =>
        new(losses.Average(loss => loss.CrossEntropy), losses.Average(loss => loss.Minimised));
}
