using System.Text.Json.Nodes;
using Trainyard.Models.Families;

namespace Trainyard.Models.Gpt2;

/// <summary>The size of a GPT-2.</summary>
/// <param name="VocabularySize">Number of tokens.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="Dim">Width of the residual stream; a multiple of <paramref name="Heads"/>.</param>
/// <param name="MaxSeqLen">Context length in tokens.</param>
public sealed record Gpt2Shape(int VocabularySize, int Layers, int Heads, int Dim, int MaxSeqLen)
    : LanguageModelShape(VocabularySize, Layers, Heads, Dim, MaxSeqLen)
{
    /// <inheritdoc/>
    public override string Family => Gpt2Family.FamilyName;

    /// <summary>
    /// Every parameter's name in Hugging Face's <c>GPT2LMHeadModel</c> and its size. Matrices are (in, out), as in its Conv1D.
    /// </summary>
    public override IEnumerable<ParameterSpec> Parameters()
    {
        yield return new("transformer.wte.weight", [VocabularySize, Dim], ParameterStart.Normal) { Role = ParameterRole.Embedding };
        yield return new("transformer.wpe.weight", [MaxSeqLen, Dim], ParameterStart.Normal) { Role = ParameterRole.Embedding };
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"transformer.h.{layer}.";
            yield return new(block + "ln_1.weight", [Dim], ParameterStart.One);
            yield return new(block + "ln_1.bias", [Dim], ParameterStart.Zero);
            yield return new(block + "attn.c_attn.weight", [Dim, 3L * Dim], ParameterStart.Normal);
            yield return new(block + "attn.c_attn.bias", [3L * Dim], ParameterStart.Zero);
            yield return new(block + "attn.c_proj.weight", [Dim, Dim], ParameterStart.NormalToResidual);
            yield return new(block + "attn.c_proj.bias", [Dim], ParameterStart.Zero);
            yield return new(block + "ln_2.weight", [Dim], ParameterStart.One);
            yield return new(block + "ln_2.bias", [Dim], ParameterStart.Zero);
            yield return new(block + "mlp.c_fc.weight", [Dim, 4L * Dim], ParameterStart.Normal);
            yield return new(block + "mlp.c_fc.bias", [4L * Dim], ParameterStart.Zero);
            yield return new(block + "mlp.c_proj.weight", [4L * Dim, Dim], ParameterStart.NormalToResidual);
            yield return new(block + "mlp.c_proj.bias", [Dim], ParameterStart.Zero);
        }
        yield return new("transformer.ln_f.weight", [Dim], ParameterStart.One);
        yield return new("transformer.ln_f.bias", [Dim], ParameterStart.Zero);
    }

    /// <inheritdoc/>
    public override bool IsRedundant(string name) => name is "lm_head.weight"
        || name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override JsonObject ToConfig(double dropout, int? endOfTextId) => new()
    {
        ["architectures"] = new JsonArray("GPT2LMHeadModel"),
        ["model_type"] = "gpt2",
        ["activation_function"] = "gelu_new",
        ["attn_pdrop"] = dropout,
        ["embd_pdrop"] = dropout,
        ["resid_pdrop"] = dropout,
        ["layer_norm_epsilon"] = Gpt2Family.NormEpsilon,
        ["n_ctx"] = MaxSeqLen,
        ["n_positions"] = MaxSeqLen,
        ["n_embd"] = Dim,
        ["n_head"] = Heads,
        ["n_layer"] = Layers,
        ["tie_word_embeddings"] = true,
    };

    /// <inheritdoc/>
    public override LanguageModel Build(IReadOnlyList<NamedTensor> parameters) => new Gpt2Model(this, parameters);
}
