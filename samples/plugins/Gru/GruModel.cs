using Trainyard.Models;
using Trainyard.Models.Families;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Samples.Gru;

/// <summary>Layers of gated recurrent units on a residual stream; the output layer is the embedding.</summary>
internal sealed class GruModel : LanguageModel
{
    private readonly Tensor embedding;
    private readonly Tensor normWeight;
    private readonly Tensor normBias;
    private readonly GruLayer[] layers;

    public GruModel(GruShape shape, IReadOnlyList<NamedTensor> parameters)
        : base(shape, parameters)
    {
        var byName = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor, StringComparer.Ordinal);
        embedding = byName["embedding.weight"];
        normWeight = byName["norm.weight"];
        normBias = byName["norm.bias"];
        layers = [.. Enumerable.Range(0, shape.Layers).Select(layer => new GruLayer(byName, $"layers.{layer}."))];
    }

    protected override Tensor OutputWeight => embedding;

    protected override Tensor Hidden(Tensor tokens, long past, Tensor mask, Dropout? dropout, KeyValueCache? cache)
    {
        var (batch, length) = (tokens.shape[0], tokens.shape[1]);
        var x = dropout.Apply(Embed(embedding, tokens).view(batch, length, Shape.Dim));
        for (var layer = 0; layer < layers.Length; layer++)
        {
            x = x + dropout.Apply(layers[layer].Forward(x, cache?[layer]));
            ShowBlock(layer, x);
        }
        return functional.layer_norm(x, [Shape.Dim], normWeight, normBias).view(batch * length, Shape.Dim);
    }
}
