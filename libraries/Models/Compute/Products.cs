using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Compute;

/// <summary>
/// Linear layers. A few rows without gradients, as in generating texts, are bound by reading the weights, so their product is a kernel that
/// reads each weight once, in order. A row gets the same bits for any number of threads and of other rows.
/// </summary>
internal static class Products
{
    private const int MaxChunks = 16;
    private const int MinRows = 32;
    private const int RowsAtOnce = 4;

    /// <summary>The largest number of rows that the kernel multiplies.</summary>
    public const int MaxFewRows = 8;

    /// <summary><paramref name="x"/> times the transposed weight, plus the bias.</summary>
    /// <param name="x">float32, (rows, in).</param>
    /// <param name="weight">float32, (out, in).</param>
    /// <param name="bias">float32, (out).</param>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias) =>
        AreFewRows(x) ? RowsTimesTransposed(x.contiguous(), weight, bias) : functional.linear(x, weight, bias);

    /// <summary><paramref name="x"/> times the weight, plus the bias.</summary>
    /// <param name="x">float32, (rows, in).</param>
    /// <param name="weight">float32, (in, out).</param>
    /// <param name="bias">float32, (out).</param>
    public static Tensor Affine(Tensor x, Tensor weight, Tensor bias) =>
        AreFewRows(x) ? RowsTimes(x.contiguous(), weight, bias) : addmm(bias, x, weight, 1, 1);

    private static bool AreFewRows(Tensor x) => x.shape[0] <= MaxFewRows && x.dtype == ScalarType.Float32 && !is_grad_enabled();

    private static Tensor RowsTimesTransposed(Tensor x, Tensor weight, Tensor? bias)
    {
        var (rows, outputs, inputs) = ((int)x.shape[0], (int)weight.shape[0], (int)weight.shape[1]);
        var result = empty(rows, outputs);
        ForChunks(outputs, (_, start, count) =>
        {
            var from = x.Floats();
            var weights = weight.Floats();
            var into = result.Floats();
            for (var at = start; at < start + count; at += RowsAtOnce)
            {
                var size = Math.Min(RowsAtOnce, start + count - at);
                for (var row = 0; row < rows; row++)
                {
                    Dots(
                        from.Slice(row * inputs, inputs), weights.Slice(at * inputs, size * inputs),
                        into.Slice((row * outputs) + at, size));
                }
            }
            for (var row = 0; bias is not null && row < rows; row++)
            {
                var part = into.Slice((row * outputs) + start, count);
                System.Numerics.Tensors.TensorPrimitives.Add(part, bias.Floats().Slice(start, count), part);
            }
        });
        return result;
    }

    private static Tensor RowsTimes(Tensor x, Tensor weight, Tensor bias)
    {
        var (rows, inputs, outputs) = ((int)x.shape[0], (int)weight.shape[0], (int)weight.shape[1]);
        var sums = new float[MaxChunks][];
        ForChunks(inputs, (chunk, start, count) =>
        {
            var from = x.Floats();
            var weights = weight.Floats();
            var into = sums[chunk] = new float[rows * outputs];
            for (var at = start; at < start + count; at += RowsAtOnce)
            {
                var size = Math.Min(RowsAtOnce, start + count - at);
                for (var row = 0; row < rows; row++)
                {
                    AddRows(
                        from.Slice((row * inputs) + at, size), weights.Slice(at * outputs, size * outputs),
                        into.AsSpan(row * outputs, outputs));
                }
            }
        });
        var result = empty(rows, outputs);
        for (var row = 0; row < rows; row++)
        {
            var total = result.Floats().Slice(row * outputs, outputs);
            bias.Floats().CopyTo(total);
            foreach (var sum in sums.TakeWhile(sum => sum is not null))
            {
                System.Numerics.Tensors.TensorPrimitives.Add(total, sum.AsSpan(row * outputs, outputs), total);
            }
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
