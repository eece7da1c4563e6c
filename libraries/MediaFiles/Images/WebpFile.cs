using System.Buffers.Binary;

namespace Trainyard.MediaFiles.Images;

/// <summary>WebP: a RIFF file whose first chunk has the size of the image.</summary>
internal static class WebpFile
{
    public const string ContentType = "image/webp";

    private const int FirstData = 20;
    private const int LongestHeader = 10;

    public static bool Begins(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file.StartsWith("RIFF"u8) && file.Slice(8, 4).SequenceEqual("WEBP"u8);

    public static MediaFormat Inspect(ReadOnlySpan<byte> file)
    {
        if (file.Length < FirstData + LongestHeader || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) > file.Length - 8)
        {
            throw new InvalidMediaException("is truncated: the WebP image is shorter than its header says");
        }
        var chunk = file.Slice(12, 4);
        var data = file[FirstData..];
        if (chunk.SequenceEqual("VP8X"u8))
        {
            return new(ContentType, 1 + UInt24(data[4..]), 1 + UInt24(data[7..]));
        }
        if (chunk.SequenceEqual("VP8L"u8) && data[0] == 0x2F)
        {
            var sides = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return new(ContentType, 1 + (int)(sides & 0x3FFF), 1 + (int)((sides >> 14) & 0x3FFF));
        }
        if (chunk.SequenceEqual("VP8 "u8) && data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            return new(
                ContentType, BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
        }
        throw new InvalidMediaException("is damaged: the WebP image has no frame");
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
