using System.Buffers.Binary;
using System.Text.Json;

namespace Trainyard.CheckpointFiles;

/// <summary>A tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its element type, such as <c>F32</c>.</param>
/// <param name="Shape">Its size in each dimension; none for a scalar.</param>
/// <param name="Start">Its first byte in the file.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record SafetensorsTensor(string Name, string DataType, IReadOnlyList<long> Shape, long Start, long Length)
{
    /// <summary>How many elements it has.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>
/// The header of a safetensors file: a little-endian 64-bit length, then JSON that gives each tensor's type, shape and place. Held to
/// what the format's specification (github.com/huggingface/safetensors) demands, so that a file that passes can be read anywhere.
/// </summary>
/// <param name="Tensors">In the order of their bytes.</param>
/// <param name="Metadata">The texts beside them.</param>
public sealed record SafetensorsHeader(IReadOnlyList<SafetensorsTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    private const int LongestHeader = 100_000_000;
    private const string MetadataName = "__metadata__";

    private static readonly Dictionary<string, int> Bits = new(StringComparer.Ordinal)
    {
        ["F4"] = 4,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["BOOL"] = 8,
        ["U8"] = 8,
        ["I8"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E4M3"] = 8,
        ["F8_E8M0"] = 8,
        ["U16"] = 16,
        ["I16"] = 16,
        ["F16"] = 16,
        ["BF16"] = 16,
        ["U32"] = 32,
        ["I32"] = 32,
        ["F32"] = 32,
        ["U64"] = 64,
        ["I64"] = 64,
        ["F64"] = 64,
        ["C64"] = 64,
    };

    /// <summary>Reads a header and validates it against the file's length.</summary>
    /// <param name="file">The whole file, from its beginning; only the header is read.</param>
    /// <exception cref="SafetensorsException">It is no safetensors file or a damaged one.</exception>
    public static SafetensorsHeader Read(Stream file)
    {
        try
        {
            Span<byte> prefix = stackalloc byte[8];
            file.ReadExactly(prefix);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (length is < 2 or > LongestHeader || (long)length > file.Length - 8)
            {
                throw new SafetensorsException(SafetensorsFault.HeaderLength, $"its header would be {length:N0} bytes long");
            }
            var header = new byte[length];
            file.ReadExactly(header);
            return Parse(header, 8 + (long)length, file.Length);
        }
        catch (EndOfStreamException exception)
        {
            throw new SafetensorsException(SafetensorsFault.HeaderLength, "it is no safetensors file: it is too short", exception);
        }
        catch (OverflowException exception)
        {
            throw new SafetensorsException(
                SafetensorsFault.Place, "it is no safetensors file: a tensor's size or place is too large", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new SafetensorsException(SafetensorsFault.Header, "it is no safetensors file: its header can't be read", exception);
        }
    }

    private static SafetensorsHeader Parse(byte[] header, long dataStart, long fileLength)
    {
        using var json = JsonDocument.Parse(header, new() { AllowDuplicateProperties = false, MaxDepth = 8 });
        var (tensors, metadata) = (new List<SafetensorsTensor>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var member in json.RootElement.EnumerateObject())
        {
            if (member.NameEquals(MetadataName))
            {
                foreach (var text in member.Value.EnumerateObject())
                {
                    metadata[text.Name] = text.Value.GetString() ?? "";
                }
            }
            else
            {
                tensors.Add(Tensor(member.Name, member.Value, dataStart));
            }
        }
        tensors.Sort((left, right) => (left.Start, left.Length).CompareTo((right.Start, right.Length)));
        RequireContiguous(tensors, dataStart, fileLength);
        return new(tensors, metadata);
    }

    private static SafetensorsTensor Tensor(string name, JsonElement described, long dataStart)
    {
        if (!described.TryGetProperty("dtype", out var type) || !described.TryGetProperty("shape", out var sizes)
            || !described.TryGetProperty("data_offsets", out var offsets) || offsets.GetArrayLength() != 2)
        {
            throw new SafetensorsException(SafetensorsFault.Header, $"tensor '{name}' has no dtype, shape and data_offsets");
        }
        var dataType = type.GetString() ?? "";
        if (!Bits.TryGetValue(dataType, out var bits))
        {
            throw new SafetensorsException(
                SafetensorsFault.DataType, $"tensor '{name}' is of type '{dataType}', which is not known");
        }
        long[] shape = [.. sizes.EnumerateArray().Select(size => size.GetInt64())];
        var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        if (start < 0 || end < start || Array.Exists(shape, size => size < 0))
        {
            throw new SafetensorsException(SafetensorsFault.Place, $"tensor '{name}' has a negative size or place");
        }
        return BytesOf(shape, bits) == end - start
            ? new(name, dataType, shape, checked(dataStart + start), end - start)
            : throw new SafetensorsException(
                SafetensorsFault.Size, $"tensor '{name}' of {dataType} ({string.Join(", ", shape)}) can't take {end - start:N0} bytes");
    }

    private static long BytesOf(long[] shape, int bits)
    {
        var total = shape.Aggregate((long)bits, (product, size) => checked(product * size));
        return total % 8 == 0 ? total / 8 : -1;
    }

    private static void RequireContiguous(List<SafetensorsTensor> tensors, long dataStart, long fileLength)
    {
        var end = dataStart;
        foreach (var tensor in tensors)
        {
            if (tensor.Start != end)
            {
                throw tensor.Start < end
                    ? new SafetensorsException(SafetensorsFault.Overlap, $"tensor '{tensor.Name}' overlaps another")
                    : new SafetensorsException(SafetensorsFault.Unused, $"tensor '{tensor.Name}' leaves a gap before it");
            }
            end = checked(end + tensor.Length);
        }
        if (end != fileLength)
        {
            throw end > fileLength
                ? new SafetensorsException(SafetensorsFault.Truncated, $"it ends {end - fileLength:N0} bytes early")
                : new SafetensorsException(SafetensorsFault.Unused, $"it has {fileLength - end:N0} bytes that belong to no tensor");
        }
    }
}
