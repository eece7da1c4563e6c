using System.Buffers.Binary;

namespace Trainyard.MediaFiles.Audio;

/// <summary>WAV: a RIFF file with the format of the samples and the samples.</summary>
internal static class WavFile
{
    public const string ContentType = "audio/wav";

    private const int FirstChunk = 12;
    private const int ChunkHeader = 8;
    private const int ShortestFormat = 16;

    public static bool Begins(ReadOnlySpan<byte> file) =>
        file.Length >= FirstChunk && file.StartsWith("RIFF"u8) && file.Slice(8, 4).SequenceEqual("WAVE"u8);

    public static void Check(ReadOnlySpan<byte> file)
    {
        var hasFormat = false;
        for (var rest = file[FirstChunk..]; rest.Length >= ChunkHeader;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (rest.StartsWith("data"u8))
            {
                // Programs that stream leave the length open: 0 or the largest number.
                var isWhole = length <= rest.Length - ChunkHeader || length >= int.MaxValue;
                if (hasFormat && isWhole)
                {
                    return;
                }
                throw new InvalidMediaException(hasFormat
                    ? "is truncated: the WAV file has fewer samples than it says"
                    : "is damaged: the WAV file does not say what its samples are");
            }
            if (length > rest.Length - ChunkHeader)
            {
                break;
            }
            if (rest.StartsWith("fmt "u8) && length >= ShortestFormat)
            {
                var channels = BinaryPrimitives.ReadUInt16LittleEndian(rest[10..]);
                hasFormat = channels > 0 && BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]) > 0;
            }
            // Chunks begin at even offsets.
            var next = ChunkHeader + (long)length + (length & 1);
            rest = next < rest.Length ? rest[(int)next..] : default;
        }
        throw new InvalidMediaException("is truncated: the WAV file has no samples");
    }
}
