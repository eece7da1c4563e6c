using System.Text.Json.Nodes;
using Trainyard.Models.Rotary;

namespace Trainyard.Models.Qwen;

/// <summary>The size of a Qwen.</summary>
/// <inheritdoc cref="RotaryShape"/>
public sealed record QwenShape(int VocabularySize, int Layers, int Heads, int Dim, int MaxSeqLen)
    : RotaryShape(VocabularySize, Layers, Heads, Dim, MaxSeqLen)
{
    /// <summary>
    /// 2: the projections to queries, keys and values have biases. 3: they have none, and each head's queries and keys are normalised.
    /// </summary>
    public required int Generation { get; init; }

    /// <inheritdoc/>
    public override string Family => QwenFamily.FamilyName;

    /// <inheritdoc/>
    public override bool QueryKeyValueBias => Generation == 2;

    /// <inheritdoc/>
    public override bool OutputBias => false;

    /// <inheritdoc/>
    public override bool QueryKeyNorm => Generation == 3;

    /// <inheritdoc/>
    public override JsonObject ToConfig(double dropout, int? endOfTextId)
    {
        var config = base.ToConfig(dropout, endOfTextId);
        config["architectures"] = new JsonArray($"Qwen{Generation}ForCausalLM");
        config["model_type"] = $"qwen{Generation}";
        config["use_sliding_window"] = false;
        if (Generation == 3)
        {
            config["attention_bias"] = false;
        }
        return config;
    }
}
