using System.Buffers.Binary;
using System.IO.Hashing;

namespace Trainyard.MediaFiles.Images;

/// <summary>PNG: a signature, then chunks of length, type, data and CRC.</summary>
internal static class PngFile
{
    public const string ContentType = "image/png";

    private const int ChunkOverhead = 12;
    private const int HeaderLength = 13;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    public static MediaFormat Inspect(ReadOnlySpan<byte> file)
    {
        MediaFormat? format = null;
        var hasPixels = false;
        for (var rest = file[Signature.Length..]; rest.Length >= ChunkOverhead;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - ChunkOverhead)
            {
                break;
            }
            var type = rest.Slice(4, 4);
            var data = rest.Slice(8, (int)length);
            if (Crc32.HashToUInt32(rest.Slice(4, 4 + data.Length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + data.Length)..]))
            {
                throw new InvalidMediaException("is damaged: a chunk of the PNG has a wrong checksum");
            }
            if (format is null && !(type.SequenceEqual("IHDR"u8) && data.Length == HeaderLength))
            {
                throw new InvalidMediaException("is damaged: the PNG has no header");
            }
            format ??= new(ContentType, Side(data), Side(data[4..]));
            hasPixels |= type.SequenceEqual("IDAT"u8);
            if (type.SequenceEqual("IEND"u8))
            {
                return hasPixels ? format : throw new InvalidMediaException("is damaged: the PNG has no pixels");
            }
            rest = rest[(ChunkOverhead + data.Length)..];
        }
        throw new InvalidMediaException("is truncated: the PNG has no end");
    }

    private static int Side(ReadOnlySpan<byte> data) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(data), int.MaxValue);
}
