using System.Numerics.Tensors;
using TorchSharp;
using Trainyard.Models.Compute;

namespace Trainyard.Models.Parametrization;

/// <summary>
/// An exponential moving average of a model's weights (Polyak and Juditsky, 1992), which is evaluated and published in their place. Early
/// steps are forgotten faster: the decay of step n is at most (1 + n) / (10 + n).
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private const string TrainedPrefix = "weight.";
    private const int ChunkLength = 1 << 14;

    private readonly IReadOnlyList<NamedTensor> parameters;
    private readonly double decay;

    /// <summary>Starts with the present weights.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="decay">The share of the average that a step keeps; from 0 to 1.</param>
    public WeightAverage(IReadOnlyList<NamedTensor> parameters, double decay)
    {
        this.parameters = parameters;
        this.decay = decay;
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Averages =
        [
            .. parameters.Select(parameter => parameter with { Tensor = parameter.Tensor.detach().clone().DetachFromDisposeScope() }),
        ];
    }

    /// <summary>The averages, under the names of the parameters.</summary>
    public IReadOnlyList<NamedTensor> Averages { get; }

    /// <summary>The trained weights, to be saved and restored besides the averages.</summary>
    public IReadOnlyList<NamedTensor> Trained =>
        [.. parameters.Select(parameter => parameter with { Name = TrainedPrefix + parameter.Name })];

    /// <summary>Takes a step's weights into the average.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="threads">How many threads work.</param>
    public void Add(long step, int threads)
    {
        var kept = (float)Math.Min(decay, (1.0 + step) / (10 + step));
        Parallel.For(0, parameters.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, place =>
        {
            var average = Averages[place].Tensor.Floats();
            TensorPrimitives.Lerp(parameters[place].Tensor.Floats(), average, kept, average);
        });
    }

    /// <summary>Gives the model the averages until the result is disposed.</summary>
    public IDisposable Apply()
    {
        Swap();
        return new Applied(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var average in Averages)
        {
            average.Tensor.Dispose();
        }
    }

    private void Swap()
    {
        Span<float> buffer = stackalloc float[ChunkLength];
        foreach (var (parameter, average) in parameters.Zip(Averages))
        {
            var one = parameter.Tensor.Floats();
            var other = average.Tensor.Floats();
            for (var start = 0; start < one.Length; start += ChunkLength)
            {
                var length = Math.Min(ChunkLength, one.Length - start);
                one.Slice(start, length).CopyTo(buffer);
                other.Slice(start, length).CopyTo(one[start..]);
                buffer[..length].CopyTo(other[start..]);
            }
        }
    }

    private sealed class Applied(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Swap();
    }
}
