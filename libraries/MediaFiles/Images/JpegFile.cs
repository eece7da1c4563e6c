using System.Buffers.Binary;

namespace Trainyard.MediaFiles.Images;

/// <summary>JPEG: markers with a length each, up to the entropy-coded scan, and an end marker.</summary>
internal static class JpegFile
{
    public const string ContentType = "image/jpeg";

    private const byte Mark = 0xFF;
    private const byte StartOfScan = 0xDA;
    private const int FrameHeaderLength = 8;

    private static ReadOnlySpan<byte> Signature => [Mark, 0xD8, Mark];

    private static ReadOnlySpan<byte> End => [Mark, 0xD9];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    public static MediaFormat Inspect(ReadOnlySpan<byte> file)
    {
        MediaFormat? format = null;
        for (var rest = file[2..]; rest.Length >= 4;)
        {
            if (rest[0] != Mark)
            {
                throw new InvalidMediaException("is damaged: the JPEG has no marker where one belongs");
            }
            var marker = rest[1];
            if (marker is Mark or 0x01 or (>= 0xD0 and <= 0xD7))
            {
                rest = rest[(marker == Mark ? 1 : 2)..];
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 2 || length > rest.Length - 2)
            {
                break;
            }
            if (marker == StartOfScan)
            {
                // Cameras and editors may append data to a JPEG.
                if (rest.LastIndexOf(End) <= length)
                {
                    throw new InvalidMediaException("is truncated: the JPEG has no end");
                }
                return format ?? throw new InvalidMediaException("is damaged: the JPEG has no frame");
            }
            if (IsFrame(marker) && length >= FrameHeaderLength)
            {
                format = new(ContentType, BinaryPrimitives.ReadUInt16BigEndian(rest[7..]), BinaryPrimitives.ReadUInt16BigEndian(rest[5..]));
            }
            rest = rest[(2 + length)..];
        }
        throw new InvalidMediaException("is truncated: the JPEG has no scan");
    }

    /// <summary>A start of frame. The three other numbers of the range mark tables.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
