using TorchSharp;
using Trainyard.Models.Compute;
using Trainyard.Models.Storage;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Gpt2;

/// <summary>
/// GPT-2 (Radford et al., 2019): pre-norm blocks, learned positions, tanh GELU, output layer tied to the embedding. Weights carry the names
/// and orientation of Hugging Face's <c>GPT2LMHeadModel</c>.
/// </summary>
public sealed class Gpt2Model : IDisposable
{
    private readonly Tensor tokenEmbedding;
    private readonly Tensor positionEmbedding;
    private readonly Tensor normWeight;
    private readonly Tensor normBias;
    private readonly Gpt2Block[] blocks;
    private readonly Tensor causalMask;

    private Gpt2Model(Gpt2Shape shape, IReadOnlyList<NamedTensor> parameters)
    {
        Shape = shape;
        Parameters = parameters;
        var byName = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor, StringComparer.Ordinal);
        tokenEmbedding = byName["transformer.wte.weight"];
        positionEmbedding = byName["transformer.wpe.weight"];
        normWeight = byName["transformer.ln_f.weight"];
        normBias = byName["transformer.ln_f.bias"];
        blocks = [.. Enumerable.Range(0, shape.Layers).Select(layer => new Gpt2Block(shape, byName, $"transformer.h.{layer}."))];

        using var scope = NewDisposeScope();
        using Scalar masked = float.NegativeInfinity;
        causalMask = full([shape.MaxSeqLen, shape.MaxSeqLen], masked).triu(1).DetachFromDisposeScope();
    }

    /// <summary>The model's shape.</summary>
    public Gpt2Shape Shape { get; }

    /// <summary>Trainable tensors, in the order of <see cref="Gpt2Shape.Parameters"/>.</summary>
    public IReadOnlyList<NamedTensor> Parameters { get; }

    /// <summary>A fresh model: weights from N(0, 0.02), those that write to the residual stream scaled by 1/sqrt(2 layers).</summary>
    public static Gpt2Model Create(Gpt2Shape shape, long seed)
    {
        using var random = new Generator((ulong)seed);
        var residualScale = 1 / Math.Sqrt(2.0 * shape.Layers);
        return Build(shape, (name, tensor) =>
        {
            if (tensor.dim() == 2)
            {
                tensor.normal_(0, name.EndsWith("c_proj.weight", StringComparison.Ordinal) ? 0.02 * residualScale : 0.02, random);
            }
            else
            {
                using Scalar value = name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0;
                tensor.fill_(value);
            }
        });
    }

    /// <summary>A model with the weights of a safetensors file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or holds another shape's weights.</exception>
    public static Gpt2Model Load(Gpt2Shape shape, string path)
    {
        using var file = SafetensorsFile.Open(path);
        return Build(shape, file.Read);
    }

    /// <summary>Logits for every position.</summary>
    /// <param name="tokens">int64, (batch, length), length at most <see cref="Gpt2Shape.MaxSeqLen"/>.</param>
    /// <param name="dropout">What to drop while training; none when null.</param>
    /// <returns>float32, (batch * length, vocabulary).</returns>
    public Tensor Forward(Tensor tokens, Dropout? dropout = null) =>
        functional.linear(Hidden(tokens, dropout, cache: null), tokenEmbedding);

    /// <summary>Mean cross-entropy, in nats per token.</summary>
    /// <param name="tokens">int64, (batch, length).</param>
    /// <param name="targets">int64, (batch, length): the token that follows each.</param>
    /// <param name="dropout">What to drop while training; none when null.</param>
    public Tensor Loss(Tensor tokens, Tensor targets, Dropout? dropout = null) =>
        functional.cross_entropy(Forward(tokens, dropout), targets.reshape(-1));

    /// <summary>Logits after the last of <paramref name="tokens"/>, which follow those already in the cache.</summary>
    /// <param name="tokens">int64, (1, length): anything when the cache is empty, else one token.</param>
    /// <param name="cache">Keys and values of what came before; takes up these tokens'.</param>
    /// <returns>float32, (vocabulary).</returns>
    public Tensor Next(Tensor tokens, KeyValueCache cache)
    {
        var hidden = Hidden(tokens, dropout: null, cache);
        return functional.linear(hidden[^1].unsqueeze(0), tokenEmbedding).squeeze(0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        causalMask.Dispose();
        foreach (var parameter in Parameters)
        {
            parameter.Tensor.Dispose();
        }
    }

    private Tensor Hidden(Tensor tokens, Dropout? dropout, KeyValueCache? cache)
    {
        var (batch, length, past) = (tokens.shape[0], tokens.shape[1], cache?.Length ?? 0);
        if (past + length > Shape.MaxSeqLen || (past > 0 && length > 1))
        {
            throw new ArgumentException($"{length} tokens after {past} do not fit a context of {Shape.MaxSeqLen}.", nameof(tokens));
        }

        var positions = positionEmbedding.narrow(0, past, length);
        var x = tokenEmbedding.index_select(0, tokens.reshape(-1)).view(batch, length, Shape.Dim).Plus(positions);
        x = dropout.Apply(x).view(batch * length, Shape.Dim);

        var mask = past > 0 ? causalMask[0, 0].view(1, 1) : causalMask.narrow(0, 0, length).narrow(1, 0, length);
        for (var layer = 0; layer < blocks.Length; layer++)
        {
            x = blocks[layer].Forward(x, batch, length, mask, dropout, cache?[layer]);
        }
        return functional.layer_norm(x, [Shape.Dim], normWeight, normBias);
    }

    private static Gpt2Model Build(Gpt2Shape shape, Action<string, Tensor> fill)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var parameters = new List<NamedTensor>();
        foreach (var (name, size) in shape.Parameters())
        {
            var tensor = empty(size);
            fill(name, tensor);
            parameters.Add(new(name, tensor));
        }
        foreach (var parameter in parameters)
        {
            parameter.Tensor.requires_grad = true;
            parameter.Tensor.DetachFromDisposeScope();
        }
        return new Gpt2Model(shape, parameters);
    }
}
