using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using static TorchSharp.torch;

namespace Trainyard.Models.Families;

/// <summary>
/// Zeroes a share of the values and scales up the rest. The masks are a function of the seed and of how many were drawn since it was given,
/// so they depend on the step alone and a resumed run draws the same ones.
/// </summary>
public sealed class Dropout(double probability)
{
    private ulong seed;
    private ulong drawn;

    /// <summary>Starts the masks of one forward pass.</summary>
    public void Seed(ulong seed) => (this.seed, drawn) = (seed, 0);

    internal Tensor Draw(Tensor x) => probability == 0 ? x : x.mul(Mask(x));

    private Tensor Mask(Tensor x)
    {
        var mask = empty(x.shape, x.dtype);
        DropoutMask.Fill(mask, probability, SplitMix64.Mix(seed, drawn++));
        return mask;
    }
}

/// <summary>Dropout that may be absent.</summary>
public static class DropoutExtensions
{
    /// <summary>Drops values; all are kept without a dropout, as outside of training.</summary>
    public static Tensor Apply(this Dropout? dropout, Tensor x) => dropout is null ? x : dropout.Draw(x);
}
