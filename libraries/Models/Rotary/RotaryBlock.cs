using TorchSharp;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Rotary;

/// <summary>One transformer block on a residual stream of (batch * length, dim).</summary>
internal sealed class RotaryBlock(RotaryShape shape, IReadOnlyDictionary<string, Tensor> weights, string prefix, Scalar epsilon)
{
    private readonly RmsNorm attentionNorm = new(weights[prefix + "input_layernorm.weight"], epsilon);
    private readonly RmsNorm? queryNorm = RmsNorm.Find(weights, prefix + "self_attn.q_norm.weight", epsilon);
    private readonly RmsNorm? keyNorm = RmsNorm.Find(weights, prefix + "self_attn.k_norm.weight", epsilon);
    private readonly Projection query = new(weights, prefix + "self_attn.q_proj");
    private readonly Projection key = new(weights, prefix + "self_attn.k_proj");
    private readonly Projection value = new(weights, prefix + "self_attn.v_proj");
    private readonly Projection attentionOutput = new(weights, prefix + "self_attn.o_proj");
    private readonly RmsNorm feedForwardNorm = new(weights[prefix + "post_attention_layernorm.weight"], epsilon);
    private readonly Projection gate = new(weights, prefix + "mlp.gate_proj");
    private readonly Projection expand = new(weights, prefix + "mlp.up_proj");
    private readonly Projection contract = new(weights, prefix + "mlp.down_proj");

    public Tensor Forward(Tensor x, RotarySequence sequence, Dropout? dropout, LayerCache? cache)
    {
        x = x.Plus(dropout.Apply(attentionOutput.Of(Attend(attentionNorm.Of(x), sequence, dropout, cache))));
        var normed = feedForwardNorm.Of(x);
        return x.Plus(dropout.Apply(contract.Of(functional.silu(gate.Of(normed)) * expand.Of(normed))));
    }

    // The heads that share a key are rows of one product, so keys and values are not copied for each. Explicit products and softmax as in
    // the GPT-2 block.
    private Tensor Attend(Tensor x, RotarySequence sequence, Dropout? dropout, LayerCache? cache)
    {
        var (batch, length, shared, width) = (sequence.Batch, sequence.Length, (long)shape.KvHeads, (long)shape.HeadDim);
        var group = shape.Heads / shared;
        var queries = Normed(query.Of(x).view(batch, length, shared, group, width), queryNorm).permute(0, 2, 3, 1, 4);
        queries = sequence.Rotation.Of(queries).reshape(batch * shared, group * length, width);
        var keys = Normed(key.Of(x).view(batch, length, shared, width), keyNorm).transpose(1, 2);
        keys = sequence.Rotation.Of(keys).reshape(batch * shared, length, width);
        var values = value.Of(x).view(batch, length, shared, width).transpose(1, 2).reshape(batch * shared, length, width);
        if (cache is not null)
        {
            (keys, values) = cache.Append(keys, values);
        }

        // Argument order is TorchSharp's own: mask + scale * queries @ keys.
        var scores = queries.baddbmm(keys.transpose(1, 2), sequence.Mask, beta: 1, alpha: (float)(1 / Math.Sqrt(width)));
        var mixed = dropout.Apply(scores.softmax(-1)).bmm(values);
        return mixed.view(batch, shared, group, length, width).permute(0, 3, 1, 2, 4).reshape(batch * length, shape.Heads * width);
    }

    private static Tensor Normed(Tensor heads, RmsNorm? norm) => norm is null ? heads : norm.Of(heads);

    private sealed class Projection(IReadOnlyDictionary<string, Tensor> weights, string name)
    {
        private readonly Tensor weight = weights[name + ".weight"];
        private readonly Tensor? bias = weights.GetValueOrDefault(name + ".bias");

        public Tensor Of(Tensor x) => Products.Linear(x, weight, bias);
    }
}
