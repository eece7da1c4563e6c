using TorchSharp;
using Trainyard.Models.Families;
using static TorchSharp.torch;

namespace Trainyard.Models.Rotary;

/// <summary>
/// A decoder of pre-norm blocks with RMS norms (Zhang and Sennrich, 2019), rotary positions (Su et al., 2021), grouped-query attention
/// (Ainslie et al., 2023) and SwiGLU layers (Shazeer, 2020).
/// </summary>
internal sealed class RotaryModel : LanguageModel
{
    private readonly int queriesPerKey;
    private readonly Scalar epsilon;
    private readonly RotationTable rotations;
    private readonly Tensor embedding;
    private readonly RmsNorm norm;
    private readonly RotaryBlock[] blocks;

    public RotaryModel(RotaryShape shape, IReadOnlyList<NamedTensor> parameters)
        : base(shape, parameters)
    {
        var byName = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor, StringComparer.Ordinal);
        queriesPerKey = shape.Heads / shape.KvHeads;
        epsilon = shape.NormEpsilon;
        rotations = new(shape.Positions.Frequencies(shape.HeadDim));
        embedding = byName["model.embed_tokens.weight"];
        norm = new(byName["model.norm.weight"], epsilon);
        OutputWeight = shape.TiedEmbeddings ? embedding : byName[RotaryShape.OutputName];
        blocks = [.. Enumerable.Range(0, shape.Layers).Select(layer => new RotaryBlock(shape, byName, $"model.layers.{layer}.", epsilon))];
    }

    protected override Tensor OutputWeight { get; }

    protected override Tensor Hidden(Tensor tokens, long past, Tensor mask, Dropout? dropout, KeyValueCache? cache)
    {
        var (batch, length) = (tokens.shape[0], tokens.shape[1]);
        // The heads that share a key are rows of one product, so each of them needs the mask's rows.
        var sequence = new RotarySequence(
            batch, length, queriesPerKey > 1 ? mask.repeat(queriesPerKey, 1) : mask, rotations.For(past, length));
        var x = dropout.Apply(Embed(embedding, tokens));
        for (var layer = 0; layer < blocks.Length; layer++)
        {
            x = blocks[layer].Forward(x, sequence, dropout, cache?[layer]);
            ShowBlock(layer, x);
        }
        return norm.Of(x);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            rotations.Dispose();
            epsilon.Dispose();
        }
    }
}

/// <summary>What the blocks need to know of the sequences they read.</summary>
/// <param name="Batch">How many.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="Mask">float32, (heads that share a key * length, past + length), or as many columns as rows of one token: 1.</param>
/// <param name="Rotation">Of each position.</param>
internal sealed record RotarySequence(long Batch, long Length, Tensor Mask, Rotation Rotation);
