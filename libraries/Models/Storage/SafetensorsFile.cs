using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using Trainyard.CheckpointFiles;

namespace Trainyard.Models.Storage;

/// <summary>
/// Float32 tensors in the safetensors format: a little-endian length, a JSON header with each tensor's type, shape and offsets, then the
/// data. Equal tensors produce identical files.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly FileStream stream;
    private readonly Dictionary<string, SafetensorsTensor> entries;

    private SafetensorsFile(FileStream stream, Dictionary<string, SafetensorsTensor> entries)
    {
        this.stream = stream;
        this.entries = entries;
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
        {
            header.WriteByte((byte)' ');
        }

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        output.Write(length);
        header.WriteTo(output);
        foreach (var (_, tensor) in tensors)
        {
            output.Write(tensor.bytes);
        }
    }

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or not supported.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = File.OpenRead(path);
        try
        {
            var tensors = SafetensorsHeader.Read(file).Tensors;
            return tensors.FirstOrDefault(tensor => tensor.DataType != "F32") is { } other
                ? throw new InvalidDataException($"{other.Name} is {other.DataType}; only F32 is supported")
                : new(file, tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal));
        }
        catch (InvalidDataException exception)
        {
            file.Dispose();
            throw new InvalidDataException($"{path} can't be read: {exception.Message}.", exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the tensor <paramref name="name"/> into <paramref name="tensor"/>, which must have the same shape.</summary>
    /// <exception cref="InvalidDataException">The file has no tensor of that name and shape.</exception>
    public void Read(string name, torch.Tensor tensor)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            throw new InvalidDataException($"{stream.Name} has no tensor {name}.");
        }
        if (!entry.Shape.SequenceEqual(tensor.shape))
        {
            throw new InvalidDataException(
                $"{stream.Name}: {name} has shape ({string.Join(", ", entry.Shape)}), not ({string.Join(", ", tensor.shape)}).");
        }

        stream.Position = entry.Start;
        stream.ReadExactly(tensor.bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }
        json.WriteEndArray();
    }
}
