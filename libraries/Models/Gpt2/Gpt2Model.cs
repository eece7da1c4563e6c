using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Gpt2;

/// <summary>
/// GPT-2 (Radford et al., 2019): pre-norm blocks, learned positions, tanh GELU, output layer tied to the embedding. Weights carry the names
/// and orientation of Hugging Face's <c>GPT2LMHeadModel</c>.
/// </summary>
internal sealed class Gpt2Model : LanguageModel
{
    private readonly Tensor tokenEmbedding;
    private readonly Tensor positionEmbedding;
    private readonly Tensor normWeight;
    private readonly Tensor normBias;
    private readonly Gpt2Block[] blocks;

    public Gpt2Model(Gpt2Shape shape, IReadOnlyList<NamedTensor> parameters)
        : base(shape, parameters)
    {
        var byName = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor, StringComparer.Ordinal);
        tokenEmbedding = byName["transformer.wte.weight"];
        positionEmbedding = byName["transformer.wpe.weight"];
        normWeight = byName["transformer.ln_f.weight"];
        normBias = byName["transformer.ln_f.bias"];
        blocks = [.. Enumerable.Range(0, shape.Layers).Select(layer => new Gpt2Block(shape, byName, $"transformer.h.{layer}."))];
    }

    protected override Tensor OutputWeight => tokenEmbedding;

    protected override Tensor Hidden(Tensor tokens, long past, Tensor mask, Dropout? dropout, KeyValueCache? cache)
    {
        var (batch, length) = (tokens.shape[0], tokens.shape[1]);
        var positions = positionEmbedding.narrow(0, past, length);
        var x = Embed(tokenEmbedding, tokens).view(batch, length, Shape.Dim).Plus(positions);
        x = dropout.Apply(x).view(batch * length, Shape.Dim);
        for (var layer = 0; layer < blocks.Length; layer++)
        {
            x = blocks[layer].Forward(x, batch, length, mask, dropout, cache?[layer]);
            ShowBlock(layer, x);
        }
        return functional.layer_norm(x, [Shape.Dim], normWeight, normBias);
    }
}
