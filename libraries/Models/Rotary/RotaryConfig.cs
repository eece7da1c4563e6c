using Trainyard.Models.Families;

namespace Trainyard.Models.Rotary;

/// <summary>Members of a <c>config.json</c> that mean the same in all families with rotary positions.</summary>
internal static class RotaryConfig
{
    public const string Activation = "silu";

    private const double FreshBase = 10_000;
    private const int FeedForwardMultiple = 32;

    /// <summary>The rotation of a fresh model.</summary>
    public static RotaryPositions FreshPositions { get; } = new(FreshBase);

    /// <summary>The width of a fresh model's feed-forward layers: 8/3 of the model's (Touvron et al., 2023), rounded up.</summary>
    public static int FeedForwardDim(int dim) =>
        (int)Math.Ceiling(8.0 * dim / (3 * FeedForwardMultiple)) * FeedForwardMultiple;

    /// <summary>Width of a fresh model's head.</summary>
    /// <exception cref="ArgumentException">There is no model of this size.</exception>
    public static int HeadDim(ModelSize size)
    {
        if (size.Dim % size.Heads != 0 || size.Dim / size.Heads % 2 != 0)
        {
            throw new ArgumentException($"Heads need an even width; {size.Heads} can't share {size.Dim}.", nameof(size));
        }
        return size.Heads % size.CachedHeads == 0
            ? size.Dim / size.Heads
            : throw new ArgumentException($"{size.Heads} heads can't share {size.KvHeads} heads of keys and values.", nameof(size));
    }

    /// <summary>Refuses what the model can't compute.</summary>
    public static void Require(HuggingFaceConfig config, RotaryShape shape)
    {
        config.Require(config.Text("hidden_act", Activation) == Activation, "hidden_act", Activation);
        config.Require(shape.Heads % shape.KvHeads == 0, "num_key_value_heads", $"a divisor of num_attention_heads ({shape.Heads})");
        config.Require(shape.HeadDim % 2 == 0, "head_dim", "an even number");
        config.Require(!config.Flag("use_sliding_window", false), "use_sliding_window", "false");
    }

    /// <summary>Reads the rotation: <c>rope_theta</c> and <c>rope_scaling</c>, or <c>rope_parameters</c>, which later versions write.</summary>
    public static RotaryPositions Positions(HuggingFaceConfig config)
    {
        var nested = config.Nested("rope_parameters");
        var rotation = nested ?? config.Nested("rope_scaling");
        var theta = (nested is { } parameters && parameters.Has("rope_theta") ? parameters : config).Number("rope_theta", FreshBase);
        return new(theta, rotation is null ? null : Scaling(config, rotation));
    }

    private static RotaryScaling? Scaling(HuggingFaceConfig config, HuggingFaceConfig rotation)
    {
        var type = rotation.Text("rope_type", rotation.Text("type", "default"));
        switch (type)
        {
            case "default":
                return null;
            case RotaryScaling.Linear:
                return new(type, rotation.Number("factor"));
            case RotaryScaling.Llama3:
                var scaling = new RotaryScaling(
                    type, rotation.Number("factor"), rotation.Number("low_freq_factor"), rotation.Number("high_freq_factor"),
                    rotation.Size("original_max_position_embeddings"));
                rotation.Require(scaling.HighFrequencyFactor > scaling.LowFrequencyFactor, "high_freq_factor", "above low_freq_factor");
                return scaling;
            default:
                config.Require(
                    false, config.Has("rope_scaling") ? "rope_scaling" : "rope_parameters", "the type default, linear or llama3");
                return null;
        }
    }
}
