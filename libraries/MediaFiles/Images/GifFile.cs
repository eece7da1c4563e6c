using System.Buffers.Binary;

namespace Trainyard.MediaFiles.Images;

/// <summary>GIF: a screen, then extensions and images in sub-blocks, and a trailer.</summary>
internal static class GifFile
{
    public const string ContentType = "image/gif";

    private const int ScreenLength = 13;
    private const int ImageLength = 10;
    private const byte Extension = 0x21;
    private const byte Image = 0x2C;
    private const byte Trailer = 0x3B;

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8);

    public static MediaFormat Inspect(ReadOnlySpan<byte> file)
    {
        var images = 0;
        var rest = file.Length < ScreenLength ? default : Past(file, ScreenLength + ColoursLength(file[10]));
        while (!rest.IsEmpty)
        {
            switch (rest[0])
            {
                case Extension when rest.Length > 2:
                    rest = PastBlocks(rest[2..]);
                    break;
                case Image when rest.Length > ImageLength:
                    images++;
                    rest = PastBlocks(Past(rest, ImageLength + ColoursLength(rest[9]) + 1));
                    break;
                case Trailer when images > 0:
                    return new(ContentType, UInt16(file[6..]), UInt16(file[8..]));
                default:
                    throw new InvalidMediaException("is damaged: the GIF has an unknown block");
            }
        }
        throw new InvalidMediaException("is truncated: the GIF has no end");
    }

    private static int UInt16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static int ColoursLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 7));

    private static ReadOnlySpan<byte> PastBlocks(ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty && rest[0] != 0)
        {
            rest = Past(rest, 1 + rest[0]);
        }
        return Past(rest, 1);
    }

    private static ReadOnlySpan<byte> Past(ReadOnlySpan<byte> rest, int count) => count < rest.Length ? rest[count..] : default;
}
