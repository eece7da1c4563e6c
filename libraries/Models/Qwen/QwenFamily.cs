using Trainyard.Models.Families;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Rotary;

namespace Trainyard.Models.Qwen;

/// <summary>
/// Qwen2, Qwen2.5 (Qwen team, 2024) and Qwen3 (2025), as Hugging Face's <c>Qwen2ForCausalLM</c> and <c>Qwen3ForCausalLM</c>. A fresh model
/// is a Qwen3.
/// </summary>
public sealed class QwenFamily : LanguageModelFamily
{
    internal const string FamilyName = "qwen";

    private const string Qwen3 = "qwen3";

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModelTypes { get; } = ["qwen2", Qwen3];

    /// <inheritdoc/>
    public override Type ShapeType => typeof(QwenShape);

    /// <inheritdoc/>
    public override LanguageModelShape Prepare(ModelSize size) =>
        new QwenShape(size.VocabularySize, size.Layers, size.Heads, size.Dim, size.MaxSeqLen)
        {
            KvHeads = size.CachedHeads,
            HeadDim = RotaryConfig.HeadDim(size),
            FeedForwardDim = RotaryConfig.FeedForwardDim(size.Dim),
            NormEpsilon = 1e-6,
            Positions = RotaryConfig.FreshPositions,
            TiedEmbeddings = true,
            Generation = 3,
        };

    /// <inheritdoc/>
    public override LanguageModelShape Read(HuggingFaceConfig config)
    {
        var third = config.Text("model_type") == Qwen3;
        var (heads, dim) = (config.Size("num_attention_heads"), config.Size("hidden_size"));
        var shape = new QwenShape(
            config.Size("vocab_size"), config.Size("num_hidden_layers"), heads, dim, config.Size("max_position_embeddings", 32_768))
        {
            KvHeads = config.Size("num_key_value_heads", heads),
            HeadDim = config.Size("head_dim", third ? 128 : dim / heads),
            FeedForwardDim = config.Size("intermediate_size"),
            NormEpsilon = config.Number("rms_norm_eps", 1e-6),
            Positions = RotaryConfig.Positions(config),
            TiedEmbeddings = config.Flag("tie_word_embeddings", false),
            Generation = third ? 3 : 2,
        };
        RotaryConfig.Require(config, shape);
        config.Require(!third || !config.Flag("attention_bias", false), "attention_bias", "false");
        return shape;
    }
}
