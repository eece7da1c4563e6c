using Microsoft.Net.Http.Headers;

namespace Trainyard.ServiceDefaults.Bodies;

/// <summary>The character set of text in request bodies.</summary>
public static class BodyCharset
{
    // ASCII is a part of UTF-8.
    private static readonly string[] Readable = ["utf-8", "us-ascii"];

    /// <summary>Whether a body is in UTF-8: it names no character set, or one that can be read as UTF-8, quoted or not.</summary>
    public static bool IsUtf8(MediaTypeHeaderValue type) =>
        type.Charset.Length == 0
        || Readable.Contains(HeaderUtilities.RemoveQuotes(type.Charset).ToString(), StringComparer.OrdinalIgnoreCase);
}
