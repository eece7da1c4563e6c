namespace Trainyard.MediaFiles.Audio;

/// <summary>Recognises WAV, MP3 and Ogg files, which browsers play.</summary>
public static class AudioFile
{
    /// <summary>Checks the structure of a file, without decoding its samples.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidMediaException">It is of another format, damaged or truncated.</exception>
    public static MediaFormat Inspect(ReadOnlySpan<byte> file)
    {
        switch (ContentTypeOf(file))
        {
            case WavFile.ContentType:
                WavFile.Check(file);
                return new(WavFile.ContentType);
            case Mp3File.ContentType:
                Mp3File.Check(file);
                return new(Mp3File.ContentType);
            case OggFile.ContentType:
                OggFile.Check(file);
                return new(OggFile.ContentType);
            default:
                throw new InvalidMediaException("must be a WAV, MP3 or Ogg file");
        }
    }

    /// <summary>The MIME type that the first bytes of a file announce; null if it is none of the accepted formats.</summary>
    public static string? ContentTypeOf(ReadOnlySpan<byte> start) =>
        WavFile.Begins(start) ? WavFile.ContentType
        : OggFile.Begins(start) ? OggFile.ContentType
        : Mp3File.Begins(start) ? Mp3File.ContentType
        : null;
}
