namespace Trainyard.MediaFiles.Audio;

/// <summary>Ogg with Vorbis, Opus, FLAC or Speex: the first page names the codec.</summary>
internal static class OggFile
{
    public const string ContentType = "audio/ogg";

    private const int PageHeader = 27;
    private const byte FirstPage = 2;

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith("OggS"u8);

    public static void Check(ReadOnlySpan<byte> file)
    {
        var length = PageLength(file);
        if (length == 0 || (file[5] & FirstPage) == 0)
        {
            throw new InvalidMediaException("is damaged or truncated: the Ogg file has no whole first page");
        }
        var packet = file[(PageHeader + file[26])..length];
        if (!packet.StartsWith("\u0001vorbis"u8) && !packet.StartsWith("OpusHead"u8) && !packet.StartsWith("\u007fFLAC"u8)
            && !packet.StartsWith("Speex   "u8))
        {
            throw new InvalidMediaException("must be an Ogg file of Vorbis, Opus, FLAC or Speex audio");
        }
        if (!Begins(file[length..]))
        {
            throw new InvalidMediaException("is truncated: the Ogg file has no samples");
        }
    }

    /// <summary>The length of the page at the start; 0 if it is none, or cut off.</summary>
    private static int PageLength(ReadOnlySpan<byte> file)
    {
        if (file.Length < PageHeader || file[4] != 0 || file.Length < PageHeader + file[26])
        {
            return 0;
        }
        var length = PageHeader + file[26];
        foreach (var segment in file.Slice(PageHeader, file[26]))
        {
            length += segment;
        }
        return length <= file.Length ? length : 0;
    }
}
