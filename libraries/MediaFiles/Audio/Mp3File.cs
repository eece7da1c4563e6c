namespace Trainyard.MediaFiles.Audio;

/// <summary>MP3: frames, each with a header that says its length, behind an ID3 tag if there is one.</summary>
internal static class Mp3File
{
    public const string ContentType = "audio/mpeg";

    private const int TagHeader = 10;
    private const int FrameHeader = 4;

    // Kilobits per second of layer III, by the header's index: MPEG 1, then MPEG 2 and 2.5.
    private static readonly int[][] Rates =
    [
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];

    private static readonly int[] Frequencies = [44_100, 48_000, 32_000];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith("ID3"u8) || FrameLength(file) > 0;

    public static void Check(ReadOnlySpan<byte> file)
    {
        var frames = file.StartsWith("ID3"u8) ? PastTag(file) : file;
        // Some encoders leave zeros behind the tag.
        frames = frames.TrimStart((byte)0);
        var length = FrameLength(frames);
        if (length == 0 || length > frames.Length || (frames.Length >= length + FrameHeader && !IsNext(frames[length..])))
        {
            throw new InvalidMediaException("is damaged or truncated: the MP3 file has no whole frame");
        }
    }

    /// <summary>Whether a frame, or a tag at the end, follows a frame.</summary>
    private static bool IsNext(ReadOnlySpan<byte> rest) =>
        FrameLength(rest) > 0 || rest.StartsWith("TAG"u8) || rest.StartsWith("APETAGEX"u8) || rest.IndexOfAnyExcept((byte)0) < 0;

    private static ReadOnlySpan<byte> PastTag(ReadOnlySpan<byte> file)
    {
        if (file.Length < TagHeader)
        {
            return default;
        }
        var length = TagHeader + ((file[6] & 0x7F) << 21) + ((file[7] & 0x7F) << 14) + ((file[8] & 0x7F) << 7) + (file[9] & 0x7F);
        return length < file.Length ? file[length..] : default;
    }

    /// <summary>The length that a frame's header says; 0 if it is no header of layer III with a rate of its own.</summary>
    private static int FrameLength(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FrameHeader || frame[0] != 0xFF || (frame[1] & 0xE6) != 0xE2)
        {
            return 0;
        }
        var (version, rate, frequency) = ((frame[1] >> 3) & 3, frame[2] >> 4, (frame[2] >> 2) & 3);
        if (version == 1 || rate is 0 or 15 || frequency == 3)
        {
            return 0;
        }
        var isFirst = version == 3;
        var hertz = Frequencies[frequency] >> (isFirst ? 0 : version == 2 ? 1 : 2);
        return ((isFirst ? 144_000 : 72_000) * Rates[isFirst ? 0 : 1][rate] / hertz) + ((frame[2] >> 1) & 1);
    }
}
