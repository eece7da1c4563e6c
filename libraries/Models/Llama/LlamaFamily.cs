using Trainyard.Models.Families;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Rotary;

namespace Trainyard.Models.Llama;

/// <summary>Llama 1 to 3.2 (Touvron et al., 2023), as Hugging Face's <c>LlamaForCausalLM</c>.</summary>
public sealed class LlamaFamily : LanguageModelFamily
{
    internal const string FamilyName = "llama";
    internal const string ModelType = "llama";

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModelTypes { get; } = [ModelType];

    /// <inheritdoc/>
    public override Type ShapeType => typeof(LlamaShape);

    /// <inheritdoc/>
    public override LanguageModelShape Prepare(ModelSize size) =>
        new LlamaShape(size.VocabularySize, size.Layers, size.Heads, size.Dim, size.MaxSeqLen)
        {
            KvHeads = size.CachedHeads,
            HeadDim = RotaryConfig.HeadDim(size),
            FeedForwardDim = RotaryConfig.FeedForwardDim(size.Dim),
            NormEpsilon = 1e-5,
            Positions = RotaryConfig.FreshPositions,
            TiedEmbeddings = true,
        };

    /// <inheritdoc/>
    public override LanguageModelShape Read(HuggingFaceConfig config)
    {
        var (heads, dim) = (config.Size("num_attention_heads"), config.Size("hidden_size"));
        var shape = new LlamaShape(
            config.Size("vocab_size"), config.Size("num_hidden_layers"), heads, dim, config.Size("max_position_embeddings", 2048))
        {
            KvHeads = config.Size("num_key_value_heads", heads),
            HeadDim = config.Size("head_dim", dim / heads),
            FeedForwardDim = config.Size("intermediate_size"),
            NormEpsilon = config.Number("rms_norm_eps", 1e-6),
            Positions = RotaryConfig.Positions(config),
            TiedEmbeddings = config.Flag("tie_word_embeddings", false),
            AttentionBias = config.Flag("attention_bias", false),
        };
        RotaryConfig.Require(config, shape);
        config.Require(!config.Flag("mlp_bias", false), "mlp_bias", "false");
        return shape;
    }
}
