namespace Trainyard.MediaFiles.Images;

/// <summary>Recognises PNG, JPEG, GIF and WebP files, which browsers show without running anything in them.</summary>
public static class ImageFile
{
    /// <summary>The longest side accepted, in pixels: browsers decode no more everywhere.</summary>
    public const int MaxSide = 16_384;

    /// <summary>The largest area accepted, in pixels. A small file may be a huge image once a browser decodes it.</summary>
    public const long MaxPixels = 64L << 20;

    /// <summary>Checks the structure of an image, without decoding its pixels.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidMediaException">It is of another format, damaged, truncated or too large.</exception>
    public static MediaFormat Inspect(ReadOnlySpan<byte> file)
    {
        var format = ContentTypeOf(file) switch
        {
            PngFile.ContentType => PngFile.Inspect(file),
            JpegFile.ContentType => JpegFile.Inspect(file),
            GifFile.ContentType => GifFile.Inspect(file),
            WebpFile.ContentType => WebpFile.Inspect(file),
            _ => throw new InvalidMediaException("must be a PNG, JPEG, GIF or WebP image"),
        };
        var (width, height) = (format.Width ?? 0, format.Height ?? 0);
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || (long)width * height > MaxPixels)
        {
            throw new InvalidMediaException(
                $"must be an image of at most {MaxSide} pixels a side and {MaxPixels} in all, not {width} x {height}");
        }
        return format;
    }

    /// <summary>The MIME type that the first bytes of a file announce; null if it is none of the accepted formats.</summary>
    public static string? ContentTypeOf(ReadOnlySpan<byte> start) =>
        PngFile.Begins(start) ? PngFile.ContentType
        : JpegFile.Begins(start) ? JpegFile.ContentType
        : GifFile.Begins(start) ? GifFile.ContentType
        : WebpFile.Begins(start) ? WebpFile.ContentType
        : null;
}
