using System.Text.Json.Nodes;
using Trainyard.Models;
using Trainyard.Models.Families;

namespace Samples.Gru;

/// <summary>The size of a model. It has no attention heads, so there is one, as wide as the model.</summary>
public sealed record GruShape(int VocabularySize, int Layers, int Dim, int MaxSeqLen)
    : LanguageModelShape(VocabularySize, Layers, Heads: 1, Dim, MaxSeqLen)
{
    public override string Family => GruFamily.FamilyName;

    public override IEnumerable<ParameterSpec> Parameters()
    {
        yield return new("embedding.weight", [VocabularySize, Dim], ParameterStart.Normal) { Role = ParameterRole.Embedding };
        for (var layer = 0; layer < Layers; layer++)
        {
            var name = $"layers.{layer}.";
            yield return new(name + "input.weight", [3L * Dim, Dim], ParameterStart.NormalToRectifier);
            yield return new(name + "input.bias", [3L * Dim], ParameterStart.Zero);
            yield return new(name + "state.weight", [3L * Dim, Dim], ParameterStart.NormalToRectifier);
            yield return new(name + "state.bias", [3L * Dim], ParameterStart.Zero);
        }
        yield return new("norm.weight", [Dim], ParameterStart.One);
        yield return new("norm.bias", [Dim], ParameterStart.Zero);
    }

    public override JsonObject ToConfig(double dropout, int? endOfTextId) => new()
    {
        ["model_type"] = GruFamily.ModelType,
        ["hidden_size"] = Dim,
        ["num_hidden_layers"] = Layers,
        ["max_position_embeddings"] = MaxSeqLen,
        ["dropout"] = dropout,
    };

    public override LanguageModel Build(IReadOnlyList<NamedTensor> parameters) => new GruModel(this, parameters);
}
