using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using Trainyard.CheckpointFiles;

namespace Trainyard.Models.Storage;

/// <summary>
/// Tensors in the safetensors format: a little-endian length, a JSON header with each tensor's type, shape and offsets, then the data.
/// Reads a file through a memory map, so that only the pages of the tensors that are read take memory; another process must not truncate
/// the file meanwhile. Writes float32; equal tensors produce identical files.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    // Spans are limited to 2^31 bytes.
    private const int ChunkElements = 1 << 24;

    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly Dictionary<string, SafetensorsTensor> entries;

    private SafetensorsFile(string path, MemoryMappedFile map, Dictionary<string, SafetensorsTensor> entries)
    {
        Path = path;
        this.map = map;
        this.entries = entries;
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

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
    /// <exception cref="SafetensorsException">The file is damaged, or holds another type than F32, F16, BF16 and F64.</exception>
    public static SafetensorsFile Open(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            var tensors = SafetensorsHeader.Read(file).Tensors;
            if (tensors.FirstOrDefault(tensor => tensor.DataType is not ("F32" or "F16" or "BF16" or "F64")) is { } other)
            {
                throw new SafetensorsException(
                    SafetensorsFault.DataType, $"{other.Name} is {other.DataType}; F32, F16, BF16 and F64 are supported");
            }
            return new(
                path,
                MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true),
                tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal));
        }
        catch (SafetensorsException exception)
        {
            throw new SafetensorsException(exception.Fault, $"{path} can't be read: {exception.Message}.", exception);
        }
    }

    /// <summary>Reads the tensor <paramref name="name"/> into <paramref name="tensor"/>, float32 and of the same shape.</summary>
    /// <exception cref="InvalidDataException">The file has no tensor of that name and shape.</exception>
    public unsafe void Read(string name, torch.Tensor tensor)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            throw new InvalidDataException($"{Path} has no tensor {name}.");
        }
        if (!entry.Shape.SequenceEqual(tensor.shape))
        {
            throw new InvalidDataException(
                $"{Path}: {name} has shape ({string.Join(", ", entry.Shape)}), not ({string.Join(", ", tensor.shape)}).");
        }

        var values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        var width = checked((int)(entry.Length / Math.Max(1, entry.Elements)));
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var data = start + view.PointerOffset + entry.Start;
            for (var done = 0; done < values.Length; done += ChunkElements)
            {
                var chunk = values[done..Math.Min(values.Length, done + ChunkElements)];
                Convert(new ReadOnlySpan<byte>(data + (long)done * width, chunk.Length * width), entry.DataType, chunk);
            }
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view.Dispose();
        map.Dispose();
    }

    private static void Convert(ReadOnlySpan<byte> source, string dataType, Span<float> target)
    {
        switch (dataType)
        {
            case "F32":
                source.CopyTo(MemoryMarshal.AsBytes(target));
                break;
            case "F16":
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), target);
                break;
            case "BF16":
                var halves = MemoryMarshal.Cast<byte, ushort>(source);
                var words = MemoryMarshal.Cast<float, uint>(target);
                for (var index = 0; index < halves.Length; index++)
                {
                    words[index] = (uint)halves[index] << 16;
                }
                break;
            default:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(source), target);
                break;
        }
    }

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
