using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace Trainyard.Models.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019) with gradient clipping, in two passes over memory: one for the norm, one that updates weights and
/// moments together. torch's own needs about a dozen passes. Matrices decay, vectors don't.
/// </summary>
public sealed class AdamW : IOptimizer
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.95f;
    private const float Epsilon = 1e-8f;

    // Chunks have a fixed size, so that the result doesn't depend on the number of threads.
    private const int ChunkLength = 1 << 16;

    private readonly IReadOnlyList<NamedTensor> parameters;
    private readonly torch.Tensor[] firstMoments;
    private readonly torch.Tensor[] secondMoments;
    private readonly Chunk[] chunks;
    private readonly double weightDecay;

    /// <summary>An optimizer whose moments are zero.</summary>
    public AdamW(IReadOnlyList<NamedTensor> parameters, double weightDecay)
    {
        this.parameters = parameters;
        this.weightDecay = weightDecay;
        using var scope = torch.NewDisposeScope();
        firstMoments = [.. parameters.Select(parameter => ZerosLike(parameter.Tensor))];
        secondMoments = [.. parameters.Select(parameter => ZerosLike(parameter.Tensor))];
        chunks = [.. parameters.SelectMany((parameter, index) => ChunksOf(index, checked((int)parameter.Tensor.numel())))];

        static torch.Tensor ZerosLike(torch.Tensor tensor) => torch.zeros(tensor.shape).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> State =>
    [
        .. parameters.Select((parameter, index) => new NamedTensor($"exp_avg.{parameter.Name}", firstMoments[index])),
        .. parameters.Select((parameter, index) => new NamedTensor($"exp_avg_sq.{parameter.Name}", secondMoments[index])),
    ];

    /// <inheritdoc/>
    public double Step(long step, double learningRate, double clip, int threads)
    {
        using var scope = torch.NewDisposeScope();
        var gradients = Gradients();
        var norm = Math.Sqrt(SumOfSquares(gradients, threads));
        if (double.IsFinite(norm))
        {
            Update(gradients, step, learningRate, ScaleOf(norm, clip), threads);
        }
        DropGradients();
        return norm;
    }

    /// <summary>The factor that brings a gradient of this norm below the largest one; 0 allows any.</summary>
    internal static double ScaleOf(double norm, double clip) => clip > 0 && norm > clip ? clip / norm : 1;

    internal torch.Tensor[] Gradients() => [.. parameters.Select(parameter => parameter.Tensor.grad
        ?? throw new InvalidOperationException($"{parameter.Name} has no gradient."))];

    internal double SumOfSquares(torch.Tensor[] gradients, int threads)
    {
        var squares = new double[chunks.Length];
        Parallel.For(0, chunks.Length, Parallelism(threads), index => squares[index] = SumOfSquares(chunks[index].In(gradients)));
        return squares.Sum();
    }

    /// <param name="gradients">Those of <see cref="Gradients"/>.</param>
    /// <param name="step">How many updates this makes in all, from 1.</param>
    /// <param name="learningRate">This step's rate.</param>
    /// <param name="scale">What to multiply gradients with.</param>
    /// <param name="threads">How many threads work.</param>
    internal void Update(torch.Tensor[] gradients, long step, double learningRate, double scale, int threads)
    {
        var rate = learningRate / (1 - Math.Pow(Beta1, step));
        var correction = 1 / Math.Sqrt(1 - Math.Pow(Beta2, step));
        Parallel.For(0, chunks.Length, Parallelism(threads), index =>
        {
            var chunk = chunks[index];
            var weights = parameters[chunk.Parameter].Tensor;
            var decay = weights.dim() >= 2 ? 1 - learningRate * weightDecay : 1;
            Update(chunk.In(weights), chunk.In(firstMoments), chunk.In(secondMoments), chunk.In(gradients),
                new((float)scale, (float)rate, (float)correction, (float)decay));
        });
    }

    // Drops the gradients instead of zeroing them: the next backward pass then stores its buffers without a copy.
    internal void DropGradients()
    {
        foreach (var parameter in parameters)
        {
            parameter.Tensor.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var moment in firstMoments.Concat(secondMoments))
        {
            moment.Dispose();
        }
    }

    private static ParallelOptions Parallelism(int threads) => new() { MaxDegreeOfParallelism = threads };

    private static IEnumerable<Chunk> ChunksOf(int parameter, int length)
    {
        for (var start = 0; start < length; start += ChunkLength)
        {
            yield return new(parameter, start, Math.Min(ChunkLength, length - start));
        }
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var sum = Vector512<double>.Zero;
        var index = 0;
        for (; index <= values.Length - Vector512<float>.Count; index += Vector512<float>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(values[index..]));
            sum += low * low + high * high;
        }
        var rest = Vector512.Sum(sum);
        for (; index < values.Length; index++)
        {
            rest += (double)values[index] * values[index];
        }
        return rest;
    }

    private static void Update(Span<float> weights, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient, Factors by)
    {
        var index = 0;
        for (; index <= weights.Length - Vector512<float>.Count; index += Vector512<float>.Count)
        {
            var g = Vector512.Create(gradient[index..]) * by.Scale;
            var m = Vector512.Create<float>(first[index..]) * Beta1 + g * (1 - Beta1);
            var v = Vector512.Create<float>(second[index..]) * Beta2 + g * g * (1 - Beta2);
            var moved = Vector512.Create<float>(weights[index..]) * by.Decay
                - m * by.Rate / (Vector512.Sqrt(v) * by.Correction + Vector512.Create(Epsilon));
            m.CopyTo(first[index..]);
            v.CopyTo(second[index..]);
            moved.CopyTo(weights[index..]);
        }
        for (; index < weights.Length; index++)
        {
            var g = gradient[index] * by.Scale;
            first[index] = first[index] * Beta1 + g * (1 - Beta1);
            second[index] = second[index] * Beta2 + g * g * (1 - Beta2);
            weights[index] = weights[index] * by.Decay - first[index] * by.Rate / (MathF.Sqrt(second[index]) * by.Correction + Epsilon);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Factors(float Scale, float Rate, float Correction, float Decay);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Chunk(int Parameter, int Start, int Length)
    {
        public Span<float> In(torch.Tensor[] tensors) => In(tensors[Parameter]);

        public Span<float> In(torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).Slice(Start, Length);
    }
}
