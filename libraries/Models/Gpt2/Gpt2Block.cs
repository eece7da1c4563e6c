using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Gpt2;

/// <summary>One transformer block on a residual stream of (batch * length, dim).</summary>
internal sealed class Gpt2Block(Gpt2Shape shape, IReadOnlyDictionary<string, Tensor> weights, string prefix)
{
    private readonly Norm attentionNorm = new(weights[prefix + "ln_1.weight"], weights[prefix + "ln_1.bias"]);
    private readonly Linear queryKeyValue = new(weights[prefix + "attn.c_attn.weight"], weights[prefix + "attn.c_attn.bias"]);
    private readonly Linear attentionOutput = new(weights[prefix + "attn.c_proj.weight"], weights[prefix + "attn.c_proj.bias"]);
    private readonly Norm feedForwardNorm = new(weights[prefix + "ln_2.weight"], weights[prefix + "ln_2.bias"]);
    private readonly Linear expand = new(weights[prefix + "mlp.c_fc.weight"], weights[prefix + "mlp.c_fc.bias"]);
    private readonly Linear contract = new(weights[prefix + "mlp.c_proj.weight"], weights[prefix + "mlp.c_proj.bias"]);

    public Tensor Forward(Tensor x, long batch, long length, Tensor mask, Dropout? dropout, LayerCache? cache)
    {
        x = x.Plus(dropout.Apply(attentionOutput.Of(Attend(attentionNorm.Of(x), batch, length, mask, dropout, cache))));
        var expanded = functional.gelu(expand.Of(feedForwardNorm.Of(x)), TorchSharp.Modules.GELU.Approximate.tanh);
        return x.Plus(dropout.Apply(contract.Of(expanded)));
    }

    // Explicit products and softmax: on CPUs, the backward pass of scaled_dot_product_attention is 2 to 5 times slower at these lengths.
    private Tensor Attend(Tensor x, long batch, long length, Tensor mask, Dropout? dropout, LayerCache? cache)
    {
        var headDim = shape.Dim / shape.Heads;
        var parts = queryKeyValue.Of(x).view(batch, length, 3, shape.Heads, headDim).permute(2, 0, 3, 1, 4).contiguous()
            .view(3, batch * shape.Heads, length, headDim).unbind(0);
        var (query, key, value) = (parts[0], parts[1], parts[2]);
        if (cache is not null)
        {
            (key, value) = cache.Append(key, value);
        }

        // Argument order is TorchSharp's own: mask + scale * query @ key.
        var scores = query.baddbmm(key.transpose(1, 2), mask, beta: 1, alpha: (float)(1 / Math.Sqrt(headDim)));
        var mixed = dropout.Apply(scores.softmax(-1)).bmm(value);
        return mixed.view(batch, shape.Heads, length, headDim).transpose(1, 2).reshape(batch * length, shape.Dim);
    }

    private sealed record Linear(Tensor Weight, Tensor Bias)
    {
        public Tensor Of(Tensor x) => Products.Affine(x, Weight, Bias);
    }

    private sealed record Norm(Tensor Weight, Tensor Bias)
    {
        public Tensor Of(Tensor x) => functional.layer_norm(x, [Weight.shape[0]], Weight, Bias);
    }
}
