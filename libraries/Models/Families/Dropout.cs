using TorchSharp;
using static TorchSharp.torch;

namespace Trainyard.Models.Families;

/// <summary>
/// Zeroes a share of the values and scales up the rest. The masks come from a separate generator, reseeded for every forward pass, so that
/// they depend on the step alone and a resumed run draws the same ones.
/// </summary>
public sealed class Dropout(double probability) : IDisposable
{
    private readonly Generator random = new();
    private readonly Scalar kept = 1 - probability;

    /// <summary>Starts the masks of one forward pass.</summary>
    public void Seed(ulong seed) => random.manual_seed((long)seed);

    internal Tensor Draw(Tensor x) => probability == 0 ? x : x * Mask(x);

    private Tensor Mask(Tensor x)
    {
        using var noGradient = no_grad();
        return empty_like(x).bernoulli_(1 - probability, random).div_(kept);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        random.Dispose();
        kept.Dispose();
    }
}

internal static class DropoutExtensions
{
    public static Tensor Apply(this Dropout? dropout, Tensor x) => dropout is null ? x : dropout.Draw(x);
}
