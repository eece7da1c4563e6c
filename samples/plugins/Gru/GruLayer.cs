using Trainyard.Models.Families;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples.Gru;

/// <summary>One layer. The state after a position depends on its input and the state before.</summary>
internal sealed class GruLayer(IReadOnlyDictionary<string, Tensor> weights, string prefix)
{
    private readonly Tensor inputWeight = weights[prefix + "input.weight"];
    private readonly Tensor inputBias = weights[prefix + "input.bias"];
    private readonly Tensor stateWeight = weights[prefix + "state.weight"];
    private readonly Tensor stateBias = weights[prefix + "state.bias"];

    /// <param name="x">(batch, length, dim).</param>
    /// <param name="cache">Has the states of the positions before; takes up those of these.</param>
    /// <returns>The state after each position, (batch, length, dim).</returns>
    public Tensor Forward(Tensor x, LayerCache? cache)
    {
        var (batch, length, dim) = (x.shape[0], x.shape[1], x.shape[2]);
        // What depends on the inputs alone is one product for all positions.
        var inputs = functional.linear(x, inputWeight, inputBias).chunk(3, dim: 2);
        var state = cache is { Length: > 0 } ? cache.Keys.select(1, cache.Length - 1) : zeros(batch, dim);
        var states = new List<Tensor>();
        for (var position = 0L; position < length; position++)
        {
            var before = functional.linear(state, stateWeight, stateBias).chunk(3, dim: 1);
            var reset = (inputs[0].select(1, position) + before[0]).sigmoid();
            var update = (inputs[1].select(1, position) + before[1]).sigmoid();
            var candidate = (inputs[2].select(1, position) + reset * before[2]).tanh();
            state = candidate + update * (state - candidate);
            states.Add(state);
        }
        var all = stack(states, dim: 1);
        cache?.Append(all, all);
        return all;
    }
}
