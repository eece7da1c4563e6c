using TorchSharp;
using static TorchSharp.torch;

namespace Trainyard.Models.Rotary;

/// <summary>Divides by the root of the mean square over the last dimension, then scales (Zhang and Sennrich, 2019).</summary>
/// <param name="weight">float32, (width).</param>
/// <param name="epsilon">Added to the mean square. The model keeps it alive.</param>
internal sealed class RmsNorm(Tensor weight, Scalar epsilon)
{
    /// <summary>The norm with the weight of this name; null if there is none.</summary>
    public static RmsNorm? Find(IReadOnlyDictionary<string, Tensor> weights, string name, Scalar epsilon) =>
        weights.TryGetValue(name, out var found) ? new(found, epsilon) : null;

    // Not square(): TorchSharp passes its exponent as a scalar that the garbage collector may free during the call.
    public Tensor Of(Tensor x) => x * (x * x).mean([-1], keepdim: true).add(epsilon).rsqrt() * weight;
}
