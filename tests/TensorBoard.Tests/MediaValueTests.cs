using System.Text;
using Trainyard.TensorBoard.Wire;

namespace Trainyard.TensorBoard.Tests;

/// <summary>Images, audio and histograms, as PyTorch and as TensorFlow 2 write them.</summary>
public sealed class MediaValueTests
{
    [Fact]
    public async Task What_is_written_is_read_back()
    {
        var bins = new HistogramBin[] { new(-1, 0, 3), new(0, 2.5, 0.5) };
        var file = await EventFiles.WriteAsync(LogEvent.Of(
            EventFiles.Noon, 7, new ImagesValue("picture", [[1, 2, 3]], 4, 5), new AudioValue("voice", [[6]], "audio/ogg"),
            new HistogramValue("weights", bins), new HistogramValue("empty", [])));

        var values = (await EventFiles.ReadAsync(file))[1].Values;

        var image = Assert.IsType<ImagesValue>(values[0]);
        Assert.Equal(("picture", 4, 5), (image.Tag, image.Width, image.Height));
        Assert.Equal([1, 2, 3], Assert.Single(image.Files));
        var audio = Assert.IsType<AudioValue>(values[1]);
        Assert.Equal(("voice", "audio/ogg"), (audio.Tag, audio.ContentType));
        Assert.Equal(bins, Assert.IsType<HistogramValue>(values[2]).Bins);
        Assert.Empty(Assert.IsType<HistogramValue>(values[3]).Bins);
    }

    [Fact]
    public async Task Several_files_can_be_read_but_not_written()
    {
        await Assert.ThrowsAsync<NotSupportedException>(
            () => EventFiles.WriteAsync(LogEvent.Of(EventFiles.Noon, 1, new ImagesValue("x", [[1], [2]]))));
    }

    [Fact]
    public void Tensors_of_the_plugins_are_read()
    {
        var images = Assert.IsType<ImagesValue>(Read("images", Texts([(byte)'3'], [(byte)'2'], [1], [2])));
        Assert.Equal((3, 2, 2), (images.Width, images.Height, images.Files.Count));

        var audio = Assert.IsType<AudioValue>(Read("audio", Texts([1, 2], [], [3], [])));
        Assert.Equal(2, audio.Files.Count);

        byte[] numbers = [.. ((double[])[0, 1, 5, 1, 2, 6]).SelectMany(BitConverter.GetBytes)];
        HistogramBin[] bins = [new(0, 1, 5), new(1, 2, 6)];
        // As raw bytes, and as packed numbers.
        Assert.Equal(bins, Assert.IsType<HistogramValue>(Read("histograms", [0x08, 2, 0x22, (byte)numbers.Length, .. numbers])).Bins);
        Assert.Equal(bins, Assert.IsType<HistogramValue>(Read("histograms", [0x08, 2, 0x32, (byte)numbers.Length, .. numbers])).Bins);

        Assert.Equal("mesh", Assert.IsType<OtherValue>(Read("mesh", [0x08, 2])).Plugin);
        Assert.IsType<OtherValue>(Read("images", Texts([(byte)'3'])));
    }

    /// <summary>The value of an event whose summary has this tensor.</summary>
    private static SummaryValue Read(string plugin, byte[] tensor)
    {
        var metadata = Field(1, Field(1, Encoding.UTF8.GetBytes(plugin)));
        byte[] value = [.. Field(1, [(byte)'x']), .. Field(8, tensor), .. Field(9, metadata)];
        return Assert.Single(EventDecoder.Decode(Field(5, Field(1, value))).Values);
    }

    private static byte[] Texts(params byte[][] parts)
    {
        var tensor = new List<byte> { 0x08, 7 };
        foreach (var part in parts)
        {
            tensor.AddRange(Field(8, part));
        }
        return [.. tensor];
    }

    private static byte[] Field(int number, byte[] content)
    {
        Assert.InRange(content.Length, 0, 127);
        return [(byte)((number << 3) | 2), (byte)content.Length, .. content];
    }
}
