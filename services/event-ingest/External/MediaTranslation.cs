using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.MediaFiles;

namespace Trainyard.EventIngest.External;

/// <summary>Reads <c>ml.run.media</c>: its kind, its name, and its content or the path of an uploaded file.</summary>
internal static class MediaTranslation
{
    private const string Content = "content";
    private const string Path = "path";

    private static readonly string KindRule = $"must be {string.Join(", ", Enum.GetValues<MediaKind>().Select(WordOf))}";

    public static MediaLogged? Read(Envelope envelope, Members metadata, long? step, IngestOptions limits)
    {
        var name = Name(metadata, limits);
        var caption = metadata.Text("caption", MediaLimits.MaxCaption);
        var index = metadata.Whole("index", max: MediaLimits.MaxIndex);
        if (Kind(metadata) is not { } kind)
        {
            return null;
        }
        var media = new MediaLogged
        {
            EventId = envelope.EventId,
            RunId = envelope.RunId,
            Time = envelope.Time,
            Kind = kind,
            Name = name,
            Step = step,
            Index = (int)(index ?? 0),
            Caption = caption,
        };
        return (metadata.Any(Content), metadata.Any(Path)) switch
        {
            ({ } content, null) => WithContent(media, metadata, content, limits),
            (null, { }) when kind is MediaKind.Image or MediaKind.Audio => media with { Path = UploadedPath(metadata) },
            (null, { }) => Refuse(metadata, Path, $"is allowed for image and audio; send a {WordOf(kind)} as {Content}"),
            (null, null) => Refuse(metadata, Content, $"is required; an image or audio file may be uploaded and given as {Path} instead"),
            _ => Refuse(metadata, Path, $"must not be given beside {Content}"),
        };
    }

    private static MediaLogged? WithContent(MediaLogged media, Members metadata, JsonElement content, IngestOptions limits)
    {
        try
        {
            var bytes = MediaContent.Read(media.Kind, content);
            if (bytes.Length > limits.MaxMediaBytes)
            {
                return Refuse(metadata, Content, $"must have at most {limits.MaxMediaBytes} bytes, not {bytes.Length} "
                    + $"(INGEST__MAX_MEDIA_BYTES). Upload a larger image or audio file and give its {Path}");
            }
            var format = MediaContent.Inspect(media.Kind, bytes);
            return media with { Content = bytes, ContentType = format.ContentType, Width = format.Width, Height = format.Height };
        }
        catch (InvalidMediaException fault)
        {
            return Refuse(metadata, Content, fault.Message);
        }
    }

    private static MediaKind? Kind(Members metadata)
    {
        var word = metadata.Text("kind", maxLength: 64);
        foreach (var kind in Enum.GetValues<MediaKind>())
        {
            if (word == WordOf(kind))
            {
                return kind;
            }
        }
        if (word is not null || metadata.Any("kind") is null)
        {
            metadata.Report("kind", KindRule);
        }
        return null;
    }

    private static string Name(Members metadata, IngestOptions limits)
    {
        var name = metadata.Text("name", limits.MaxNameLength);
        if (metadata.Any("name") is null || string.IsNullOrWhiteSpace(name ?? "-"))
        {
            metadata.Report("name", "is required: items of the same name are shown together, step by step");
        }
        else if (name?.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
        {
            metadata.Report("name", "must not contain a control character");
        }
        return name ?? "";
    }

    /// <summary>A path below the run's artifacts, as <c>PUT /api/artifacts/models/{run}/{path}</c> returned it.</summary>
    private static string UploadedPath(Members metadata)
    {
        var path = metadata.Text(Path, MediaLimits.MaxPath);
        if (path is not null && (path.Length == 0 || path.Contains('\\', StringComparison.Ordinal)
            || path.Split('/').Any(part => part is "" or "." or "..") || path.Contains(':', StringComparison.Ordinal)))
        {
            metadata.Report(Path, "must be the path of a file of the run, relative and without '.', '..', ':' and backslashes");
        }
        return path ?? "";
    }

    private static string WordOf(MediaKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    private static MediaLogged? Refuse(Members metadata, string member, string message)
    {
        metadata.Report(member, message);
        return null;
    }
}
