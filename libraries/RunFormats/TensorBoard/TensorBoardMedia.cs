using System.Text;
using Trainyard.Contracts.Events;
using Trainyard.MediaFiles;
using Trainyard.MediaFiles.Values;
using Trainyard.TensorBoard;

namespace Trainyard.RunFormats.TensorBoard;

/// <summary>Images, audio, texts and histograms of event files as media of a run, and back.</summary>
internal static class TensorBoardMedia
{
    /// <summary>The media of a value, without run, time and step. None for values of other kinds.</summary>
    public static IEnumerable<MediaLogged> Of(SummaryValue value) => value switch
    {
        TextValue text => [Media(MediaKind.Text, text.Tag, 0, Encoding.UTF8.GetBytes(Shortened(text.Text)))],
        ImagesValue images => images.Files.Take(MediaLimits.MaxIndex + 1)
            .Select((file, index) => Media(MediaKind.Image, images.Tag, index, file)),
        // The plugin for audio stores labels between the files.
        AudioValue audio => audio.Files
            .Where(file => audio.Files.Count == 1 || MediaContent.ContentTypeOf(MediaKind.Audio, file) is not null)
            .Take(MediaLimits.MaxIndex + 1)
            .Select((file, index) => Media(MediaKind.Audio, audio.Tag, index, file)),
        HistogramValue histogram =>
        [
            Media(MediaKind.Histogram, histogram.Tag, 0,
                MediaContent.Bytes(Histogram.OfBins(histogram.Bins.Select(bin => (bin.From, bin.To, bin.Count))))),
        ],
        _ => [],
    };

    /// <summary>The value of an item; null for tables, which TensorBoard has no place for, and uploaded files.</summary>
    public static SummaryValue? ValueOf(MediaLogged media)
    {
        // TensorBoard shows one item of a tag and step.
        var tag = media.Index == 0 ? media.Name : $"{media.Name}/{media.Index}";
        return (media.Kind, media.Content) switch
        {
            (MediaKind.Image, { } file) => new ImagesValue(tag, [file], media.Width ?? 0, media.Height ?? 0),
            (MediaKind.Audio, { } file) => new AudioValue(tag, [file], media.ContentType),
            (MediaKind.Text, { } text) => new TextValue(tag, Encoding.UTF8.GetString(text)),
            (MediaKind.Histogram, { } json) => ValueOf(tag, MediaContent.HistogramOf(json)),
            _ => null,
        };
    }

    private static HistogramValue ValueOf(string tag, Histogram histogram) => new(
        tag, [.. histogram.Counts.Select((count, index) => new HistogramBin(histogram.Edges[index], histogram.Edges[index + 1], count))]);

    private static MediaLogged Media(MediaKind kind, string name, int index, byte[] content) => new()
    {
        EventId = Guid.Empty,
        RunId = "",
        Time = default,
        Kind = kind,
        Name = name,
        Index = index,
        Content = content,
    };

    private static string Shortened(string text) => text.Length <= MediaLimits.MaxText ? text : text[..MediaLimits.MaxText];
}
