using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Trainyard.Models.Families;

namespace Trainyard.Models.Rotary;

/// <summary>
/// The size of a decoder with RMS norms, rotary positions, gated feed-forward layers and grouped-query attention: what Llama and Qwen have
/// in common. Parameters carry the names that Hugging Face's transformers gives them.
/// </summary>
/// <param name="VocabularySize">Number of tokens.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="MaxSeqLen">Context length in tokens.</param>
public abstract record RotaryShape(int VocabularySize, int Layers, int Heads, int Dim, int MaxSeqLen)
    : LanguageModelShape(VocabularySize, Layers, Heads, Dim, MaxSeqLen)
{
    internal const string OutputName = "lm_head.weight";

    /// <summary>Heads of keys and values, each shared by <c>Heads / KvHeads</c> heads.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of a head; even.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Width of the feed-forward layers.</summary>
    public required int FeedForwardDim { get; init; }

    /// <summary>Added to the mean square in the norms.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>The rotation of queries and keys.</summary>
    public required RotaryPositions Positions { get; init; }

    /// <summary>Whether the output layer is the embedding.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <inheritdoc/>
    public override int CachedHeads => KvHeads;

    /// <inheritdoc/>
    public override int HeadWidth => HeadDim;

    /// <summary>Whether the projections to queries, keys and values have biases.</summary>
    [JsonIgnore]
    public abstract bool QueryKeyValueBias { get; }

    /// <summary>Whether the projection of the attention's output has a bias.</summary>
    [JsonIgnore]
    public abstract bool OutputBias { get; }

    /// <summary>Whether each head's queries and keys are normalised.</summary>
    [JsonIgnore]
    public abstract bool QueryKeyNorm { get; }

    /// <summary>Every parameter's name in transformers and its size. Matrices are (out, in), as in PyTorch's Linear.</summary>
    public override IEnumerable<ParameterSpec> Parameters()
    {
        yield return new("model.embed_tokens.weight", [VocabularySize, Dim], ParameterStart.Normal) { Role = ParameterRole.Embedding };
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"model.layers.{layer}.";
            yield return new(block + "input_layernorm.weight", [Dim], ParameterStart.One);
            foreach (var parameter in Attention(block + "self_attn."))
            {
                yield return parameter;
            }
            yield return new(block + "post_attention_layernorm.weight", [Dim], ParameterStart.One);
            yield return new(block + "mlp.gate_proj.weight", [FeedForwardDim, Dim], ParameterStart.Normal);
            yield return new(block + "mlp.up_proj.weight", [FeedForwardDim, Dim], ParameterStart.Normal);
            yield return new(block + "mlp.down_proj.weight", [Dim, FeedForwardDim], ParameterStart.NormalToResidual);
        }
        yield return new("model.norm.weight", [Dim], ParameterStart.One);
        if (!TiedEmbeddings)
        {
            yield return new(OutputName, [VocabularySize, Dim], ParameterStart.Normal) { Role = ParameterRole.Output };
        }
    }

    /// <inheritdoc/>
    public override bool IsRedundant(string name) =>
        (TiedEmbeddings && name == OutputName) || name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override JsonObject ToConfig(double dropout, int? endOfTextId) => new()
    {
        ["hidden_act"] = RotaryConfig.Activation,
        ["hidden_size"] = Dim,
        ["intermediate_size"] = FeedForwardDim,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = Heads,
        ["num_key_value_heads"] = KvHeads,
        ["head_dim"] = HeadDim,
        ["max_position_embeddings"] = MaxSeqLen,
        ["rms_norm_eps"] = NormEpsilon,
        ["rope_theta"] = Positions.Base,
        ["rope_scaling"] = Positions.Scaling?.ToConfig(),
        ["attention_dropout"] = dropout,
        ["tie_word_embeddings"] = TiedEmbeddings,
    };

    /// <inheritdoc/>
    public override LanguageModel Build(IReadOnlyList<NamedTensor> parameters) => new RotaryModel(this, parameters);

    private IEnumerable<ParameterSpec> Attention(string prefix)
    {
        var (queries, keys) = ((long)Heads * HeadDim, (long)KvHeads * HeadDim);
        foreach (var (name, width) in ((string, long)[])[("q_proj", queries), ("k_proj", keys), ("v_proj", keys)])
        {
            yield return new($"{prefix}{name}.weight", [width, Dim], ParameterStart.Normal);
            if (QueryKeyValueBias)
            {
                yield return new($"{prefix}{name}.bias", [width], ParameterStart.Zero);
            }
        }
        yield return new(prefix + "o_proj.weight", [Dim, queries], ParameterStart.NormalToResidual);
        if (OutputBias)
        {
            yield return new(prefix + "o_proj.bias", [Dim], ParameterStart.Zero);
        }
        if (QueryKeyNorm)
        {
            yield return new(prefix + "q_norm.weight", [HeadDim], ParameterStart.One);
            yield return new(prefix + "k_norm.weight", [HeadDim], ParameterStart.One);
        }
    }
}
