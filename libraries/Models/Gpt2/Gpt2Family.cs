using Trainyard.Models.Families;
using Trainyard.Models.LanguageModels;

namespace Trainyard.Models.Gpt2;

/// <summary>GPT-2 (Radford et al., 2019), as Hugging Face's <c>GPT2LMHeadModel</c>.</summary>
public sealed class Gpt2Family : LanguageModelFamily
{
    internal const string FamilyName = "gpt2";
    internal const double NormEpsilon = 1e-5;

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModelTypes { get; } = ["gpt2"];

    /// <inheritdoc/>
    public override Type ShapeType => typeof(Gpt2Shape);

    /// <inheritdoc/>
    public override LanguageModelShape Prepare(ModelSize size) => size.CachedHeads == size.Heads
        ? new Gpt2Shape(size.VocabularySize, size.Layers, size.Heads, size.Dim, size.MaxSeqLen)
        : throw new ArgumentException($"A GPT-2 of {size.Heads} heads has as many of keys and values, not {size.KvHeads}.", nameof(size));

    /// <inheritdoc/>
    public override LanguageModelShape Read(HuggingFaceConfig config)
    {
        var shape = new Gpt2Shape(
            config.Size("vocab_size"), config.Size("n_layer"), config.Size("n_head"), config.Size("n_embd"), config.Size("n_positions"));
        var activation = config.Text("activation_function", "gelu_new");
        config.Require(activation is "gelu_new" or "gelu_pytorch_tanh", "activation_function", "gelu_new");
        config.Require(config.Size("n_inner", 4 * shape.Dim) == 4 * shape.Dim, "n_inner", $"4 * n_embd ({4 * shape.Dim})");
        config.Require(shape.Dim % shape.Heads == 0, "n_embd", $"a multiple of n_head ({shape.Heads})");
        config.Require(config.Number("layer_norm_epsilon", NormEpsilon) == NormEpsilon, "layer_norm_epsilon", "1e-05");
        config.Require(config.Flag("scale_attn_weights", true), "scale_attn_weights", "true");
        config.Require(!config.Flag("scale_attn_by_inverse_layer_idx", false), "scale_attn_by_inverse_layer_idx", "false");
        config.Require(!config.Flag("add_cross_attention", false), "add_cross_attention", "false");
        config.Require(config.Flag("tie_word_embeddings", true), "tie_word_embeddings", "true");
        return shape;
    }
}
