using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Compute;

/// <summary>
/// Linear layers. A single row without gradients, as in generating text, is bound by reading the weights, so its product is a kernel that
/// reads each weight once, in order. It gives the same bits for any number of threads.
/// </summary>
internal static class Products
{
    private const int MaxChunks = 16;
    private const int MinRows = 32;
    private const int RowsAtOnce = 4;

    /// <summary><paramref name="x"/> times the transposed weight, plus the bias.</summary>
    /// <param name="x">float32, (rows, in).</param>
    /// <param name="weight">float32, (out, in).</param>
    /// <param name="bias">float32, (out).</param>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias) =>
        IsSingleRow(x) ? RowTimesTransposed(x.contiguous(), weight, bias) : functional.linear(x, weight, bias);

    /// <summary><paramref name="x"/> times the weight, plus the bias.</summary>
    /// <param name="x">float32, (rows, in).</param>
    /// <param name="weight">float32, (in, out).</param>
    /// <param name="bias">float32, (out).</param>
    public static Tensor Affine(Tensor x, Tensor weight, Tensor bias) =>
        IsSingleRow(x) ? RowTimes(x.contiguous(), weight, bias) : addmm(bias, x, weight, 1, 1);

    private static bool IsSingleRow(Tensor x) => x.shape[0] == 1 && x.dtype == ScalarType.Float32 && !is_grad_enabled();

    private static Tensor RowTimesTransposed(Tensor x, Tensor weight, Tensor? bias)
    {
        var (outputs, inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        var result = empty(1, outputs);
        ForChunks(outputs, (_, start, count) =>
        {
            var into = result.Floats().Slice(start, count);
            Dots(x.Floats(), weight.Floats().Slice(start * inputs, count * inputs), into);
            if (bias is not null)
            {
                System.Numerics.Tensors.TensorPrimitives.Add(into, bias.Floats().Slice(start, count), into);
            }
        });
        return result;
    }

    private static Tensor RowTimes(Tensor x, Tensor weight, Tensor bias)
    {
        var (inputs, outputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        var sums = new float[MaxChunks][];
        ForChunks(inputs, (chunk, start, count) =>
        {
            sums[chunk] = new float[outputs];
            AddRows(x.Floats().Slice(start, count), weight.Floats().Slice(start * outputs, count * outputs), sums[chunk]);
        });
        var result = empty(1, outputs);
        bias.Floats().CopyTo(result.Floats());
        foreach (var sum in sums.TakeWhile(sum => sum is not null))
        {
            System.Numerics.Tensors.TensorPrimitives.Add(result.Floats(), sum, result.Floats());
        }
        return result;
    }

    // As many chunks for any number of threads, so that sums are added in the same order.
    private static void ForChunks(int rows, Action<int, int, int> compute)
    {
        var size = Math.Max(MinRows, (rows + MaxChunks - 1) / MaxChunks);
        var chunks = (rows + size - 1) / size;
        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, chunk =>
            compute(chunk, chunk * size, Math.Min(size, rows - (chunk * size))));
    }

    private static void Dots(ReadOnlySpan<float> x, ReadOnlySpan<float> rows, Span<float> into)
    {
        var index = 0;
        for (; index <= into.Length - RowsAtOnce; index += RowsAtOnce)
        {
            FourDots(x, rows.Slice(index * x.Length, RowsAtOnce * x.Length), into.Slice(index, RowsAtOnce));
        }
        for (; index < into.Length; index++)
        {
            into[index] = System.Numerics.Tensors.TensorPrimitives.Dot(x, rows.Slice(index * x.Length, x.Length));
        }
    }

    private static void FourDots(ReadOnlySpan<float> x, ReadOnlySpan<float> rows, Span<float> into)
    {
        var width = x.Length;
        var first = rows[..width];
        var second = rows.Slice(width, width);
        var third = rows.Slice(2 * width, width);
        var fourth = rows[(3 * width)..];
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var index = 0;
        for (; index <= x.Length - Vector512<float>.Count; index += Vector512<float>.Count)
        {
            var value = Load(x, index);
            a = Vector512.FusedMultiplyAdd(value, Load(first, index), a);
            b = Vector512.FusedMultiplyAdd(value, Load(second, index), b);
            c = Vector512.FusedMultiplyAdd(value, Load(third, index), c);
            d = Vector512.FusedMultiplyAdd(value, Load(fourth, index), d);
        }
        var (w, y, z, v) = (Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));
        for (; index < x.Length; index++)
        {
            w += x[index] * first[index];
            y += x[index] * second[index];
            z += x[index] * third[index];
            v += x[index] * fourth[index];
        }
        (into[0], into[1], into[2], into[3]) = (w, y, z, v);
    }

    private static void AddRows(ReadOnlySpan<float> x, ReadOnlySpan<float> rows, Span<float> into)
    {
        var index = 0;
        for (; index <= x.Length - RowsAtOnce; index += RowsAtOnce)
        {
            AddFour(x.Slice(index, RowsAtOnce), rows.Slice(index * into.Length, RowsAtOnce * into.Length), into);
        }
        for (; index < x.Length; index++)
        {
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(rows.Slice(index * into.Length, into.Length), x[index], into, into);
        }
    }

    private static void AddFour(ReadOnlySpan<float> x, ReadOnlySpan<float> rows, Span<float> into)
    {
        var width = into.Length;
        var first = rows[..width];
        var second = rows.Slice(width, width);
        var third = rows.Slice(2 * width, width);
        var fourth = rows[(3 * width)..];
        var (a, b, c, d) = (Vector512.Create(x[0]), Vector512.Create(x[1]), Vector512.Create(x[2]), Vector512.Create(x[3]));
        var index = 0;
        for (; index <= width - Vector512<float>.Count; index += Vector512<float>.Count)
        {
            var sum = Vector512.FusedMultiplyAdd(a, Load(first, index), Load(into, index));
            sum = Vector512.FusedMultiplyAdd(b, Load(second, index), sum);
            sum = Vector512.FusedMultiplyAdd(c, Load(third, index), sum);
            sum = Vector512.FusedMultiplyAdd(d, Load(fourth, index), sum);
            sum.StoreUnsafe(ref MemoryMarshal.GetReference(into), (nuint)index);
        }
        for (; index < width; index++)
        {
            into[index] += (x[0] * first[index]) + (x[1] * second[index]) + (x[2] * third[index]) + (x[3] * fourth[index]);
        }
    }

    private static Vector512<float> Load(ReadOnlySpan<float> values, int index) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);
}
