using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;

namespace Trainyard.Models.Storage;

/// <summary>
/// Float32 tensors in the safetensors format: a little-endian length, a JSON header with each tensor's type, shape and place, then the bytes.
/// The same tensors always give the same file.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int LongestHeader = 100_000_000;
    private readonly FileStream stream;
    private readonly Dictionary<string, Entry> entries;
    private readonly long dataStart;

    private SafetensorsFile(FileStream stream, Dictionary<string, Entry> entries, long dataStart)
    {
        this.stream = stream;
        this.entries = entries;
        this.dataStart = dataStart;
    }

    /// <summary>The tensors in the file.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Writes tensors in the order given.</summary>
    public static void Write(Stream output, IReadOnlyList<NamedTensor> tensors)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                WriteNumbers(json, "shape", tensor.shape);
                WriteNumbers(json, "data_offsets", offset, offset += tensor.numel() * sizeof(float));
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        output.Write(length);
        header.WriteTo(output);
        foreach (var (_, tensor) in tensors)
            output.Write(tensor.bytes);
    }

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or holds what this reader does not read.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = File.OpenRead(path);
        try
        {
            Span<byte> length = stackalloc byte[8];
            file.ReadExactly(length);
            var headerLength = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (headerLength is < 2 or > LongestHeader || headerLength > file.Length - 8)
                throw new InvalidDataException($"{path} is damaged: its header would be {headerLength} bytes long.");

            var header = new byte[headerLength];
            file.ReadExactly(header);
            return new(file, ReadHeader(path, header, file.Length - 8 - headerLength), 8 + headerLength);
        }
        catch (Exception exception) when (exception is EndOfStreamException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            file.Dispose();
            throw new InvalidDataException($"{path} is no safetensors file.", exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Fills <paramref name="tensor"/> with the one called <paramref name="name"/>, whose shape must be the same.</summary>
    /// <exception cref="InvalidDataException">There is none of that name and shape.</exception>
    public void Read(string name, torch.Tensor tensor)
    {
        if (!entries.TryGetValue(name, out var entry))
            throw new InvalidDataException($"{stream.Name} has no tensor {name}.");
        if (!entry.Shape.AsSpan().SequenceEqual(tensor.shape))
            throw new InvalidDataException($"{stream.Name}: {name} is ({string.Join(", ", entry.Shape)}), not ({string.Join(", ", tensor.shape)}).");

        stream.Position = dataStart + entry.Start;
        stream.ReadExactly(tensor.bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static Dictionary<string, Entry> ReadHeader(string path, byte[] header, long dataLength)
    {
        var found = new Dictionary<string, Entry>(StringComparer.Ordinal);
        using var json = JsonDocument.Parse(header);
        foreach (var member in json.RootElement.EnumerateObject().Where(member => member.Name != "__metadata__"))
        {
            var dtype = member.Value.GetProperty("dtype").GetString();
            long[] shape = [.. member.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            var offsets = member.Value.GetProperty("data_offsets");
            var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (dtype != "F32")
                throw new InvalidDataException($"{path}: {member.Name} is {dtype}; only F32 is read.");
            if (start < 0 || end > dataLength || end - start != shape.Aggregate((long)sizeof(float), (size, next) => checked(size * next)))
                throw new InvalidDataException($"{path}: {member.Name} lies outside the file.");
            found.Add(member.Name, new(shape, start));
        }
        return found;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private sealed record Entry(long[] Shape, long Start);
}
