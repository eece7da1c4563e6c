using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Trainyard.Models.Data;

namespace Trainyard.Models.Generation;

/// <summary>
/// Draws tokens from logits: repetition penalty (Keskar et al., 2019), temperature, then the cuts top-k, top-p (Holtzman et al., 2020) and
/// min-p (Nguyen et al., 2024), then chance. Sorts only the tokens that the cuts may leave.
/// </summary>
/// <param name="options">Sampling options.</param>
public sealed class Sampler(SamplingOptions options)
{
    private const double Quarter = 0.25;

    private readonly SplitMix64 random = new(SplitMix64.Mix((ulong)options.Seed));
    private readonly List<int> candidates = [];
    private double[] weights = [];

    /// <summary>The next token's id.</summary>
    /// <param name="logits">(vocabulary). The penalty changes them in place.</param>
    /// <param name="read">The tokens of the text so far, which the penalty makes less likely.</param>
    /// <exception cref="InvalidDataException">The logits are not finite.</exception>
    public int Next(Span<float> logits, IReadOnlySet<int>? read = null)
    {
        if (!float.IsFinite(TensorPrimitives.Max<float>(logits)))
        {
            throw new InvalidDataException("The model's weights are damaged: its output is not finite.");
        }
        Penalise(logits, read);
        if (options.Temperature <= 0)
        {
            return TensorPrimitives.IndexOfMax<float>(logits);
        }

        Weigh(logits);
        Cut();
        return Draw();
    }

    private void Penalise(Span<float> logits, IReadOnlySet<int>? read)
    {
        if (options.RepetitionPenalty is not { } penalty || read is null)
        {
            return;
        }
        foreach (var token in read)
        {
            ref var logit = ref logits[token];
            logit = (float)(logit > 0 ? logit / penalty : logit * penalty);
        }
    }

    /// <summary>Sets the weight of each token: its probability over that of the likeliest.</summary>
    private void Weigh(ReadOnlySpan<float> logits)
    {
        if (weights.Length != logits.Length)
        {
            weights = new double[logits.Length];
        }
        TensorPrimitives.ConvertChecked(logits, weights);
        TensorPrimitives.Subtract(weights, TensorPrimitives.Max<double>(weights), weights);
        TensorPrimitives.Divide(weights, options.Temperature, weights);
        TensorPrimitives.Exp<double>(weights, weights);
    }

    /// <summary>Leaves as candidates the tokens to draw from.</summary>
    private void Cut()
    {
        var (count, floor) = (Math.Clamp(options.TopK ?? weights.Length, 1, weights.Length), options.MinP ?? 0);
        var (isCut, share) = (count < weights.Length, Math.Clamp(options.TopP ?? 1, 0, 1));
        if (!isCut && share >= 1)
        {
            Collect(floor);
            return;
        }

        var mass = isCut ? double.PositiveInfinity : share * TensorPrimitives.Sum<double>(weights);
        Collect(Threshold(isCut ? count : weights.Length, mass));
        candidates.Sort((left, right) => weights[right].CompareTo(weights[left]) is not 0 and var order ? order : left.CompareTo(right));
        Truncate(Math.Min(count, candidates.Count));
        if (share < 1)
        {
            Truncate(FewestThatReach(isCut ? share * Mass() : mass));
        }
        Truncate(Math.Max(1, candidates.FindLastIndex(token => weights[token] >= floor) + 1));
    }

    /// <returns>
    /// A weight that at least <paramref name="count"/> tokens reach, or tokens that weigh <paramref name="mass"/> together.
    /// </returns>
    private double Threshold(int count, double mass)
    {
        for (var threshold = Quarter; threshold > double.Epsilon; threshold *= Quarter)
        {
            var (reached, weight) = (0, 0.0);
            foreach (var each in weights)
            {
                if (each >= threshold)
                {
                    (reached, weight) = (reached + 1, weight + each);
                }
            }
            if (reached >= count || weight >= mass)
            {
                return threshold;
            }
        }
        return 0;
    }

    private void Collect(double threshold)
    {
        candidates.Clear();
        for (var token = 0; token < weights.Length; token++)
        {
            if (weights[token] >= threshold)
            {
                candidates.Add(token);
            }
        }
    }

    private int FewestThatReach(double mass)
    {
        var kept = 0;
        for (double reached = 0; kept < candidates.Count && (kept == 0 || reached < mass); kept++)
        {
            reached += weights[candidates[kept]];
        }
        return kept;
    }

    private void Truncate(int count) => candidates.RemoveRange(count, candidates.Count - count);

    private double Mass()
    {
        double mass = 0;
        foreach (var token in CollectionsMarshal.AsSpan(candidates))
        {
            mass += weights[token];
        }
        return mass;
    }

    private int Draw()
    {
        var drawn = random.NextDouble() * Mass();
        foreach (var token in CollectionsMarshal.AsSpan(candidates)[..^1])
        {
            drawn -= weights[token];
            if (drawn < 0)
            {
                return token;
            }
        }
        return candidates[^1];
    }
}
