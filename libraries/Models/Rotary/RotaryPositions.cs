using System.Text.Json.Nodes;

namespace Trainyard.Models.Rotary;

/// <summary>
/// How queries and keys are rotated by their position (Su et al., 2021): pair i of a head's values turns by
/// position * base^(-2i / width) radians, where pairs are half a head apart, as in Hugging Face's transformers.
/// </summary>
/// <param name="Base">The base, <c>rope_theta</c>.</param>
/// <param name="Scaling">Changes the frequencies for longer contexts; null for none.</param>
public sealed record RotaryPositions(double Base, RotaryScaling? Scaling = null)
{
    /// <summary>Radians per position of each pair.</summary>
    /// <param name="headDim">Width of a head; even.</param>
    internal float[] Frequencies(int headDim) =>
    [
        .. Enumerable.Range(0, headDim / 2)
            .Select(pair => Math.Pow(Base, -2.0 * pair / headDim))
            .Select(frequency => (float)(Scaling?.Apply(frequency) ?? frequency)),
    ];
}

/// <summary>A change of the frequencies, <c>rope_scaling</c> in a config.</summary>
/// <param name="Type"><c>linear</c>: all are divided. <c>llama3</c>: only low ones are, as Llama 3.1 does.</param>
/// <param name="Factor">What they are divided by.</param>
/// <param name="LowFrequencyFactor">Waves longer than the original context divided by this are divided whole.</param>
/// <param name="HighFrequencyFactor">Waves shorter than the original context divided by this stay.</param>
/// <param name="OriginalContext">The context length before scaling, in tokens.</param>
public sealed record RotaryScaling(
    string Type, double Factor, double LowFrequencyFactor = 1, double HighFrequencyFactor = 4, int OriginalContext = 8192)
{
    internal const string Linear = "linear";
    internal const string Llama3 = "llama3";

    internal double Apply(double frequency)
    {
        if (Type == Linear)
        {
            return frequency / Factor;
        }
        // transformers' _compute_llama3_parameters: between the two limits, frequencies are blended.
        var waves = OriginalContext * frequency / (2 * Math.PI);
        var kept = Math.Clamp((waves - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
        return ((1 - kept) * frequency / Factor) + (kept * frequency);
    }

    internal JsonObject ToConfig() => Type == Linear
        ? new() { ["rope_type"] = Type, ["factor"] = Factor }
        : new()
        {
            ["rope_type"] = Type,
            ["factor"] = Factor,
            ["low_freq_factor"] = LowFrequencyFactor,
            ["high_freq_factor"] = HighFrequencyFactor,
            ["original_max_position_embeddings"] = OriginalContext,
        };
}
