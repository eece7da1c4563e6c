using System.Globalization;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using static TorchSharp.torch;

namespace Trainyard.Models.Loop;

/// <summary>
/// Statistics of one step, by block and for the parameters outside of blocks: norms of gradients (before clipping) and of weights, and of
/// each block's output the root mean square and the largest magnitude.
/// </summary>
internal sealed class StepStatistics(Network model, IReadOnlyList<NamedTensor> updated)
{
    private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double> Values => values;

    /// <summary>Observes forward passes until the result is disposed.</summary>
    public IDisposable ObserveBlocks()
    {
        model.BlockObserver = (block, output) =>
        {
            using var scope = NewDisposeScope();
            var detached = output.detach().to(float32);
            var name = string.Create(CultureInfo.InvariantCulture, $"block_{block}");
            values[$"activation_rms/{name}"] = detached.norm().Float() / Math.Sqrt(detached.numel());
            values[$"activation_max/{name}"] = detached.abs().max().Float();
        };
        return new Observation(model);
    }

    /// <summary>Takes the gradients of the updated parameters.</summary>
    public void TakeGradients() => Take("grad_norm", tensor => tensor.grad
        ?? throw new InvalidOperationException("A parameter has no gradient."));

    /// <summary>Takes the updated parameters.</summary>
    public void TakeWeights() => Take("weight_norm", tensor => tensor.detach());

    private void Take(string name, Func<Tensor, Tensor> of)
    {
        using var scope = NewDisposeScope();
        var groups = updated.Zip(model.Shape.Parameters())
            .Select(pair => (Group: GroupOf(pair.Second), Square: Math.Pow(of(pair.First.Tensor).norm().Float(), 2)))
            .GroupBy(parameter => parameter.Group, parameter => parameter.Square, StringComparer.Ordinal)
            .Select(group => (group.Key, Sum: group.Sum()))
            .ToArray();
        foreach (var (group, sum) in groups)
        {
            values[$"{name}/{group}"] = Math.Sqrt(sum);
        }
        values[name] = Math.Sqrt(groups.Sum(group => group.Sum));
    }

    private static string GroupOf(ParameterSpec spec) =>
        Array.Find(spec.Name.Split('.'), part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } block
        ? $"block_{block}"
        : spec.Role switch
        {
            ParameterRole.Embedding => "embedding",
            ParameterRole.Output => "output",
            _ => "final",
        };

    private sealed class Observation(Network model) : IDisposable
    {
        public void Dispose() => model.BlockObserver = null;
    }
}
