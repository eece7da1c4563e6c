using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Trainyard.Models.Compute;

/// <summary>
/// The loss of a row of logits, and its gradient in their place. With z the logarithm of the softmax's denominator, the loss is
/// (1 - smoothing) * (z - logit of the target) + smoothing * (z - mean logit) + penalty * z^2.
/// </summary>
/// <param name="Smoothing">Label smoothing (Szegedy et al., 2016): the share of the target spread over all tokens.</param>
/// <param name="Penalty">z-loss (Chowdhery et al., 2022, section 5).</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SoftmaxRow(float Smoothing, float Penalty)
{
    /// <summary>Replaces a row by its gradient.</summary>
    /// <param name="logits">The row.</param>
    /// <param name="target">Index of the right one.</param>
    /// <param name="scale">Factor of the gradient.</param>
    /// <returns>The cross-entropy in nats, and what is minimised.</returns>
    public RowLoss Apply(Span<float> logits, int target, float scale)
    {
        var (max, total) = Extent(logits);
        var targetLogit = logits[target];
        var sum = Exponentiate(logits, max);
        var z = max + Math.Log(sum);
        var crossEntropy = z - targetLogit;
        var mean = total / logits.Length;
        var minimised = (1 - Smoothing) * crossEntropy + Smoothing * (z - mean) + Penalty * z * z;

        Affine(logits, (float)(scale * (1 + 2 * Penalty * z) / sum), -scale * Smoothing / logits.Length);
        logits[target] -= scale * (1 - Smoothing);
        return new(crossEntropy, minimised);
    }

    /// <summary>The largest value and the sum of all.</summary>
    private (float Max, double Total) Extent(ReadOnlySpan<float> row)
    {
        var width = Vector512<float>.Count;
        var (max, index) = (Vector512.Create(float.NegativeInfinity), 0);
        for (; index <= row.Length - width; index += width)
        {
            max = Vector512.Max(max, Vector512.Create(row[index..]));
        }
        var largest = float.NegativeInfinity;
        for (var lane = 0; lane < width; lane++)
        {
            largest = Math.Max(largest, max[lane]);
        }
        for (; index < row.Length; index++)
        {
            largest = Math.Max(largest, row[index]);
        }
        return (largest, Smoothing == 0 ? 0 : TensorPrimitives.Sum(row));
    }

    private static double Exponentiate(Span<float> row, float max)
    {
        var width = Vector512<float>.Count;
        var (shift, sum, index) = (Vector512.Create(max), Vector512<float>.Zero, 0);
        for (; index <= row.Length - width; index += width)
        {
            var power = Vector512.Exp(Vector512.Create<float>(row[index..]) - shift);
            power.CopyTo(row[index..]);
            sum += power;
        }
        double rest = Vector512.Sum(sum);
        for (; index < row.Length; index++)
        {
            row[index] = MathF.Exp(row[index] - max);
            rest += row[index];
        }
        return rest;
    }

    private static void Affine(Span<float> row, float factor, float offset)
    {
        var width = Vector512<float>.Count;
        var (by, plus, index) = (Vector512.Create(factor), Vector512.Create(offset), 0);
        for (; index <= row.Length - width; index += width)
        {
            (Vector512.Create<float>(row[index..]) * by + plus).CopyTo(row[index..]);
        }
        for (; index < row.Length; index++)
        {
            row[index] = row[index] * factor + offset;
        }
    }
}

/// <summary>Losses of one row.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowLoss(double CrossEntropy, double Minimised);
