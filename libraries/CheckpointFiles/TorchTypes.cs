using System.Globalization;

namespace Trainyard.CheckpointFiles;

/// <summary>A tensor's bytes in PyTorch's zip, as the pickle refers to them.</summary>
/// <param name="Type">The storage class, such as <c>FloatStorage</c>.</param>
/// <param name="Key">The name of its file below <c>data/</c>.</param>
/// <param name="Elements">How many elements it holds.</param>
public sealed record TorchStorage(string Type, string Key, long Elements)
{
    /// <summary>The bytes it needs; those of one-byte elements if the size of its type is not known.</summary>
    internal Int128 Bytes => (Int128)Elements * (TorchTypes.SizeOfElement(Type) ?? 1);

    /// <summary>The storage of a persistent id; null if its count is no number.</summary>
    internal static TorchStorage? Of(string type, string key, string elements) =>
        long.TryParse(elements, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new(type[(type.LastIndexOf('.') + 1)..], key, count)
            : null;
}

/// <summary>The sizes of PyTorch's element types.</summary>
internal static class TorchTypes
{
    private static readonly Dictionary<string, int> Sizes = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = 8,
        ["FloatStorage"] = 4,
        ["HalfStorage"] = 2,
        ["BFloat16Storage"] = 2,
        ["LongStorage"] = 8,
        ["IntStorage"] = 4,
        ["ShortStorage"] = 2,
        ["CharStorage"] = 1,
        ["ByteStorage"] = 1,
        ["BoolStorage"] = 1,
        ["ComplexDoubleStorage"] = 16,
        ["ComplexFloatStorage"] = 8,
        ["UntypedStorage"] = 1,
        ["_UntypedStorage"] = 1,
        ["QInt8Storage"] = 1,
        ["QUInt8Storage"] = 1,
        ["QInt32Storage"] = 4,
        ["QUInt4x2Storage"] = 1,
        ["QUInt2x4Storage"] = 1,
        ["torch.complex128"] = 16,
        ["torch.complex64"] = 8,
        ["torch.complex32"] = 4,
        ["torch.float64"] = 8,
        ["torch.float32"] = 4,
        ["torch.float16"] = 2,
        ["torch.bfloat16"] = 2,
        ["torch.float8_e4m3fn"] = 1,
        ["torch.float8_e4m3fnuz"] = 1,
        ["torch.float8_e5m2"] = 1,
        ["torch.float8_e5m2fnuz"] = 1,
        ["torch.int64"] = 8,
        ["torch.int32"] = 4,
        ["torch.int16"] = 2,
        ["torch.int8"] = 1,
        ["torch.uint64"] = 8,
        ["torch.uint32"] = 4,
        ["torch.uint16"] = 2,
        ["torch.uint8"] = 1,
        ["torch.bool"] = 1,
    };

    /// <summary>The bytes of an element of a storage class, such as <c>FloatStorage</c>, or of a type, as <c>torch.int64</c>.</summary>
    /// <returns>Null if the type is not known.</returns>
    public static int? SizeOfElement(string type) => Sizes.TryGetValue(type, out var size) ? size : null;
}
