using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.MediaFiles.Audio;
using Trainyard.MediaFiles.Images;
using Trainyard.MediaFiles.Values;

namespace Trainyard.MediaFiles;

/// <summary>Checks what runs log, whatever its kind. The bytes of a text are UTF-8, those of a table or histogram are JSON.</summary>
public static class MediaContent
{
    /// <summary>The MIME type of texts.</summary>
    public const string Text = "text/plain; charset=utf-8";

    /// <summary>The MIME type of tables and histograms.</summary>
    public const string Json = "application/json";

    private const int MaxDepth = 4;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonSerializerOptions HistogramJson = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Checks content.</summary>
    /// <exception cref="InvalidMediaException">It breaks a rule of its kind.</exception>
    public static MediaFormat Inspect(MediaKind kind, ReadOnlyMemory<byte> content) => kind switch
    {
        MediaKind.Image => ImageFile.Inspect(content.Span),
        MediaKind.Audio => AudioFile.Inspect(content.Span),
        MediaKind.Text => InspectText(content.Span),
        _ => InspectJson(kind, content),
    };

    /// <summary>The MIME type that the first bytes of an image or audio file announce; null if it is none that is accepted.</summary>
    public static string? ContentTypeOf(MediaKind kind, ReadOnlySpan<byte> start) => kind switch
    {
        MediaKind.Image => ImageFile.ContentTypeOf(start),
        MediaKind.Audio => AudioFile.ContentTypeOf(start),
        _ => null,
    };

    /// <summary>
    /// Reads content from the JSON of an event: base64, text, or the table or histogram itself. Use <see cref="Inspect"/> to check it.
    /// </summary>
    /// <param name="kind">What it is.</param>
    /// <param name="content">The JSON.</param>
    /// <exception cref="InvalidMediaException">It is of another form.</exception>
    public static byte[] Read(MediaKind kind, JsonElement content) => kind switch
    {
        MediaKind.Image or MediaKind.Audio => Base64(content),
        MediaKind.Text => content.ValueKind is JsonValueKind.String
            ? Encoding.UTF8.GetBytes(content.GetString() ?? "")
            : throw new InvalidMediaException("must be a string"),
        MediaKind.Table => JsonSerializer.SerializeToUtf8Bytes(content),
        _ => Bytes(Histogram.Read(content)),
    };

    /// <summary>The content of a histogram.</summary>
    public static byte[] Bytes(Histogram histogram) => JsonSerializer.SerializeToUtf8Bytes(histogram, HistogramJson);

    /// <summary>Reads the content of a histogram that was checked before.</summary>
    /// <exception cref="InvalidMediaException">It is none.</exception>
    public static Histogram HistogramOf(ReadOnlyMemory<byte> content) => Parse(content, Histogram.Read);

    private static byte[] Base64(JsonElement content)
    {
        if (content.ValueKind is not JsonValueKind.String)
        {
            throw new InvalidMediaException("must be a string: the file in base64");
        }
        return content.TryGetBytesFromBase64(out var bytes) ? bytes : throw new InvalidMediaException("must be the file in base64");
    }

    private static MediaFormat InspectText(ReadOnlySpan<byte> content)
    {
        try
        {
            var length = StrictUtf8.GetCharCount(content);
            return length <= MediaLimits.MaxText
                ? new(Text)
                : throw new InvalidMediaException($"must have at most {MediaLimits.MaxText} characters, not {length}");
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidMediaException("must be text in UTF-8");
        }
    }

    private static MediaFormat InspectJson(MediaKind kind, ReadOnlyMemory<byte> content) => Parse(content, json =>
    {
        if (kind is MediaKind.Table)
        {
            Table.Check(json);
        }
        else
        {
            Histogram.Read(json);
        }
        return new MediaFormat(Json);
    });

    private static T Parse<T>(ReadOnlyMemory<byte> content, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            throw new InvalidMediaException("must be the JSON of a table or histogram");
        }
    }
}
