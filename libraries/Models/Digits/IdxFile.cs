using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Trainyard.Models.Digits;

/// <summary>
/// A file of unsigned bytes in the IDX format of MNIST (LeCun, Cortes and Burges, 1998): two zero bytes, the element type, the number of
/// dimensions, their big-endian sizes, then the values. It may be compressed with gzip.
/// </summary>
/// <param name="Sizes">Size in each dimension.</param>
/// <param name="Values">The values, the last dimension fastest.</param>
public sealed record IdxFile(IReadOnlyList<int> Sizes, byte[] Values)
{
    /// <summary>The most values that are read: 1 GiB.</summary>
    public const long MaxValues = 1 << 30;

    private const byte UnsignedByte = 8;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">The number of dimensions that it must have.</param>
    /// <exception cref="InvalidDataException">It is not such a file, is cut short, or is larger than <see cref="MaxValues"/>.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        var name = Path.GetFileName(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        using var stream = IsCompressed(file) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        var sizes = ReadSizes(stream, name, dimensions);
        var count = sizes.Aggregate(1L, (product, size) => Math.Min(product * size, (long)int.MaxValue + 1));
        Require(count <= MaxValues, name, Text($"holds more than the {MaxValues:N0} values that can be read"));
        var values = ReadValues(stream, name, (int)count);
        Require(Fill(stream, name, new byte[1]) == 0, name, Text($"has bytes after its {count:N0} values"));
        return new(sizes, values);
    }

    // Grows as values arrive, because the header alone must not make the process allocate a gigabyte.
    private static byte[] ReadValues(Stream stream, string name, int count)
    {
        var values = new byte[Math.Min(count, 1 << 20)];
        for (var read = 0; read < count;)
        {
            if (read == values.Length)
            {
                Array.Resize(ref values, (int)Math.Min(count, 2L * values.Length));
            }
            var arrived = Fill(stream, name, values.AsSpan(read));
            Require(arrived > 0, name, Text($"is cut short: it ends after {read:N0} of {count:N0} values"));
            read += arrived;
        }
        return values;
    }

    private static int[] ReadSizes(Stream stream, string name, int dimensions)
    {
        var header = new byte[4 + (4 * dimensions)];
        var read = Fill(stream, name, header);
        Require(read >= 4 && header[0] == 0 && header[1] == 0, name, "is not an IDX file: it does not begin with two zero bytes");
        Require(header[2] == UnsignedByte, name, $"has elements of type 0x{header[2]:x2}; only unsigned bytes (0x08) are read");
        Require(header[3] == dimensions, name, $"has {header[3]} dimensions, not {dimensions}");
        Require(read == header.Length, name, "is cut short: it ends in its header");
        return
        [
            .. Enumerable.Range(0, dimensions).Select(dimension =>
            {
                var size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + (4 * dimension)));
                Require(size is > 0 and <= int.MaxValue, name, Text($"has a dimension of size {size:N0}"));
                return (int)size;
            }),
        ];
    }

    private static int Fill(Stream stream, string name, Span<byte> buffer)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{name} is not a valid gzip file.", exception);
        }
    }

    private static bool IsCompressed(FileStream file)
    {
        Span<byte> start = stackalloc byte[2];
        var read = file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && start[0] == 0x1F && start[1] == 0x8B;
    }

    private static void Require(bool holds, string name, string message)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{name} {message}.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
