using System.Numerics.Tensors;
using Trainyard.Models.Data;

namespace Trainyard.Models.Generation;

/// <summary>Draws tokens from logits: temperature, then the top-k and top-p (Holtzman et al., 2020) cuts, then chance.</summary>
/// <param name="options">How.</param>
public sealed class Sampler(SamplingOptions options)
{
    private readonly SplitMix64 random = new(SplitMix64.Mix((ulong)options.Seed));

    /// <summary>The next token's id.</summary>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (options.Temperature <= 0)
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        var candidates = new int[logits.Length];
        var keys = new float[logits.Length];
        for (var token = 0; token < logits.Length; token++)
        {
            (candidates[token], keys[token]) = (token, -logits[token]);
        }
        Array.Sort(keys, candidates);

        var kept = Math.Clamp(options.TopK ?? logits.Length, 1, logits.Length);
        var weights = new double[kept];
        double total = 0;
        for (var rank = 0; rank < kept; rank++)
        {
            total += weights[rank] = Math.Exp((keys[0] - keys[rank]) / options.Temperature);
        }

        var limit = total * Math.Clamp(options.TopP ?? 1, 0, 1);
        double reached = 0;
        var last = 0;
        while (last < kept - 1 && (reached += weights[last]) < limit)
        {
            last++;
        }

        var drawn = random.NextDouble() * TensorPrimitives.Sum<double>(weights.AsSpan(0, last + 1));
        for (var rank = 0; rank < last; rank++)
        {
            drawn -= weights[rank];
            if (drawn < 0)
            {
                return candidates[rank];
            }
        }
        return candidates[last];
    }
}
