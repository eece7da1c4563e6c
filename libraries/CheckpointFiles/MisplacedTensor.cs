using System.Globalization;
using System.Numerics;

namespace Trainyard.CheckpointFiles;

/// <summary>A tensor whose elements do not all lie in its storage.</summary>
internal sealed class MisplacedTensor(string key, string fault)
{
    /// <summary>Its key in a dictionary; null for a tensor in no dictionary.</summary>
    public string? Name { get; set; }

    /// <summary>Finds whether a tensor lies outside its storage.</summary>
    /// <param name="storage">Where its elements are.</param>
    /// <param name="elementSize">Bytes of one of its elements.</param>
    /// <param name="offset">Elements before its first one.</param>
    /// <param name="size">Elements along each dimension.</param>
    /// <param name="stride">Elements between neighbours along each dimension.</param>
    /// <returns>Null if the tensor lies in it, or holds values that can't be followed.</returns>
    public static MisplacedTensor? Check(
        TorchStorage storage, int elementSize, string offset, IReadOnlyList<object> size, IReadOnlyList<object> stride)
    {
        if (size.Concat(stride).Any(value => value is not string))
        {
            return null;
        }
        var (sizes, strides) = (Numbers(size), Numbers(stride));
        if (Number(offset) is not { } first || sizes is null || strides is null)
        {
            return new(storage.Key, "has a negative or impossible offset, size or stride");
        }
        if (sizes.Count != strides.Count)
        {
            return new(storage.Key, $"has {sizes.Count} dimensions, but {strides.Count} strides");
        }
        if (sizes.Contains(0))
        {
            return null;
        }
        var last = sizes.Zip(strides, (count, step) => (count - BigInteger.One) * step).Aggregate(first, BigInteger.Add);
        var elements = last + BigInteger.One;
        var (end, bytes) = (elements * elementSize, storage.Bytes);
        return end > bytes ? new(storage.Key, $"ends at byte {end:N0}, but the storage has {bytes:N0} bytes") : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Name is null ? "a tensor" : $"tensor '{Name}'")} of storage {key} {fault}";

    private static List<BigInteger>? Numbers(IReadOnlyList<object> texts)
    {
        var numbers = texts.OfType<string>().Select(Number).OfType<BigInteger>().ToList();
        return numbers.Count == texts.Count ? numbers : null;
    }

    private static BigInteger? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
