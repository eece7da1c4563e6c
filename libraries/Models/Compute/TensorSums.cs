using TorchSharp;
using static TorchSharp.torch;

namespace Trainyard.Models.Compute;

internal static class TensorSums
{
    private static readonly Scalar One = 1;

    /// <summary>
    /// The sum of two tensors. TorchSharp's operator makes a scalar for each sum, which the garbage collector may free while the native
    /// call reads it; the sum then fails.
    /// </summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    /// <summary>Adds a tensor in place, in the type of the sum.</summary>
    public static Tensor Add(this Tensor sum, Tensor added) => sum.add_(added, One);
}
