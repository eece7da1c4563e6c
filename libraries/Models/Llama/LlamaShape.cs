using System.Text.Json.Nodes;
using Trainyard.Models.Rotary;

namespace Trainyard.Models.Llama;

/// <summary>The size of a Llama.</summary>
/// <inheritdoc cref="RotaryShape"/>
public sealed record LlamaShape(int VocabularySize, int Layers, int Heads, int Dim, int MaxSeqLen)
    : RotaryShape(VocabularySize, Layers, Heads, Dim, MaxSeqLen)
{
    /// <summary>Whether the attention's four projections have biases.</summary>
    public bool AttentionBias { get; init; }

    /// <inheritdoc/>
    public override string Family => LlamaFamily.FamilyName;

    /// <inheritdoc/>
    public override bool QueryKeyValueBias => AttentionBias;

    /// <inheritdoc/>
    public override bool OutputBias => AttentionBias;

    /// <inheritdoc/>
    public override bool QueryKeyNorm => false;

    /// <inheritdoc/>
    public override JsonObject ToConfig(double dropout, int? endOfTextId)
    {
        var config = base.ToConfig(dropout, endOfTextId);
        config["architectures"] = new JsonArray("LlamaForCausalLM");
        config["model_type"] = LlamaFamily.ModelType;
        config["attention_bias"] = AttentionBias;
        config["mlp_bias"] = false;
        return config;
    }
}
