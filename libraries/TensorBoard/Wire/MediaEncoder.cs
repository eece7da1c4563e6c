using Google.Protobuf;

namespace Trainyard.TensorBoard.Wire;

/// <summary>Makes the messages of images, audio and histograms that PyTorch writes and every reader knows.</summary>
internal static class MediaEncoder
{
    private const int Rgb = 3;

    public static Image Image(ImagesValue image, byte[] file) => new()
    {
        Width = image.Width,
        Height = image.Height,
        Colorspace = Rgb,
        EncodedImageString = ByteString.CopyFrom(file),
    };

    public static Audio Audio(AudioValue audio, byte[] file) => new()
    {
        NumChannels = 1,
        EncodedAudioString = ByteString.CopyFrom(file),
        ContentType = audio.ContentType ?? "audio/wav",
    };

    /// <summary>A histogram. The format has a sum of the values; they are taken to lie in the middle of their ranges.</summary>
    public static Histogram Histogram(HistogramValue histogram)
    {
        var message = new Histogram();
        if (histogram.Bins.Count == 0)
        {
            return message;
        }
        (message.Min, message.Max) = (histogram.Bins[0].From, histogram.Bins[^1].To);
        foreach (var (from, to, count) in histogram.Bins)
        {
            var middle = (from / 2) + (to / 2);
            message.Num += count;
            message.Sum += count * middle;
            message.SumSquares += count * middle * middle;
            message.BucketLimit.Add(to);
            message.Bucket.Add(count);
        }
        return message;
    }
}
