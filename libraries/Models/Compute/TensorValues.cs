using System.Runtime.InteropServices;
using TorchSharp;

namespace Trainyard.Models.Compute;

/// <summary>
/// Reads single values from memory. TorchSharp's <c>item</c> makes a <c>Scalar</c> for each, which its finalizer may free while libtorch
/// still reads it. For the same reason, pass libtorch only scalars that a field or a <c>using</c> keeps alive.
/// </summary>
internal static class TensorValues
{
    /// <summary>The value of a float32 tensor on the CPU with one element.</summary>
    public static float Float(this torch.Tensor tensor) => Only<float>(tensor);

    /// <summary>The value of a float64 tensor on the CPU with one element.</summary>
    public static double Double(this torch.Tensor tensor) => Only<double>(tensor);

    /// <summary>The value of an int64 tensor on the CPU with one element.</summary>
    public static long Long(this torch.Tensor tensor) => Only<long>(tensor);

    /// <summary>The memory of a contiguous float32 tensor on the CPU, valid while the tensor is.</summary>
    public static Span<float> Floats(this torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>A copy of the values of an int64 tensor on the CPU.</summary>
    public static ReadOnlyMemory<long> Longs(this torch.Tensor tensor)
    {
        var values = MemoryMarshal.Cast<byte, long>(tensor.bytes).ToArray();
        GC.KeepAlive(tensor);
        return values;
    }

    private static T Only<T>(torch.Tensor tensor)
        where T : unmanaged
    {
        var value = MemoryMarshal.Cast<byte, T>(tensor.bytes)[..1][0];
        GC.KeepAlive(tensor);
        return value;
    }
}
