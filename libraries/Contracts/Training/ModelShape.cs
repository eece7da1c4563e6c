using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Training;

/// <summary>The size of a transformer.</summary>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="Dim">Width of the residual stream; a multiple of <paramref name="Heads"/>.</param>
/// <param name="MaxSeqLen">Context length, in tokens.</param>
public sealed record ModelShape(int Layers, int Heads, int Dim, int MaxSeqLen)
{
    /// <summary>
    /// Named sizes. <c>small</c> has the layers of GPT-2's smallest published model, with a context that trains on a laptop;
    /// <c>gpt2-124m</c> is that model.
    /// </summary>
    public static IReadOnlyDictionary<string, ModelShape> Presets { get; } = new Dictionary<string, ModelShape>(StringComparer.Ordinal)
    {
        ["nano"] = new(Layers: 2, Heads: 2, Dim: 64, MaxSeqLen: 64),
        [DefaultSize] = new(Layers: 4, Heads: 4, Dim: 128, MaxSeqLen: 128),
        ["small"] = new(Layers: 12, Heads: 12, Dim: 768, MaxSeqLen: 256),
        ["gpt2-124m"] = new(Layers: 12, Heads: 12, Dim: 768, MaxSeqLen: 1024) { Family = "gpt2" },
    };

    /// <summary>The size that every family has.</summary>
    public const string DefaultSize = "tiny";

    /// <summary>The only family that has this size; null if all have it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Family { get; init; }

    /// <summary>The shape of a config: its preset, overridden by the explicit members.</summary>
    public static ModelShape Of(TrainingConfig config)
    {
        var sizes = ModelFamilyTraits.ByName.GetValueOrDefault(config.ModelFamily)?.Sizes ?? Presets;
        var preset = sizes.GetValueOrDefault(config.ModelSize, sizes[DefaultSize]);
        return preset with
        {
            Layers = config.Layers ?? preset.Layers,
            Heads = config.Heads ?? preset.Heads,
            Dim = config.Dim ?? preset.Dim,
            MaxSeqLen = config.MaxSeqLen ?? preset.MaxSeqLen,
        };
    }
}
