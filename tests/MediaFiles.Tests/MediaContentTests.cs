using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Events;

namespace Trainyard.MediaFiles.Tests;

public class MediaContentTests
{
    public static TheoryData<MediaKind, byte[], string, int?, int?> Accepted => new()
    {
        { MediaKind.Image, SampleFiles.Png(7, 5), "image/png", 7, 5 },
        { MediaKind.Image, SampleFiles.Jpeg, "image/jpeg", 1, 1 },
        { MediaKind.Image, SampleFiles.Gif, "image/gif", 2, 1 },
        { MediaKind.Image, SampleFiles.Webp, "image/webp", 1, 1 },
        { MediaKind.Audio, SampleFiles.Wav(), "audio/wav", null, null },
        { MediaKind.Audio, SampleFiles.Mp3(), "audio/mpeg", null, null },
        { MediaKind.Audio, SampleFiles.Mp3(frames: 1), "audio/mpeg", null, null },
        { MediaKind.Audio, SampleFiles.Mp3(tagged: true), "audio/mpeg", null, null },
        { MediaKind.Audio, SampleFiles.Ogg(), "audio/ogg", null, null },
        { MediaKind.Audio, SampleFiles.Ogg("\u0001vorbis"), "audio/ogg", null, null },
        { MediaKind.Text, Encoding.UTF8.GetBytes("<script>日本</script>"), "text/plain; charset=utf-8", null, null },
        { MediaKind.Table, "{\"columns\":[\"a\"],\"rows\":[[1],[null]]}"u8.ToArray(), "application/json", null, null },
        { MediaKind.Histogram, "{\"edges\":[0,1,2],\"counts\":[3,0.5]}"u8.ToArray(), "application/json", null, null },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_valid_file_is_recognised_by_its_content(MediaKind kind, byte[] content, string type, int? width, int? height) =>
        Assert.Equal(new(type, width, height), MediaContent.Inspect(kind, content));

    public static TheoryData<MediaKind, byte[], string> Refused => new()
    {
        { MediaKind.Image, [], "must be a PNG" },
        { MediaKind.Image, "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), "must be a PNG" },
        { MediaKind.Image, "<html><script>alert(1)</script>"u8.ToArray(), "must be a PNG" },
        { MediaKind.Image, [.. SampleFiles.Png(1, 1).AsSpan(0, 8), .. "garbage that is no chunk at all"u8], "truncated" },
        { MediaKind.Image, SampleFiles.Png(4, 4)[..^12], "truncated" },
        { MediaKind.Image, Changed(SampleFiles.Png(4, 4), 18), "checksum" },
        { MediaKind.Image, SampleFiles.Png(0, 4), "pixels" },
        { MediaKind.Image, SampleFiles.Png(20_000, 1), "at most 16384 pixels" },
        { MediaKind.Image, SampleFiles.Png(16_000, 16_000), "67108864 in all" },
        { MediaKind.Image, SampleFiles.Jpeg[..^2], "truncated" },
        { MediaKind.Image, SampleFiles.Jpeg[..20], "truncated" },
        { MediaKind.Image, [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x00, 0x00], "truncated" },
        { MediaKind.Image, [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00], "damaged" },
        { MediaKind.Image, SampleFiles.Gif[..^1], "truncated" },
        { MediaKind.Image, "GIF89a"u8.ToArray(), "truncated" },
        { MediaKind.Image, [.. SampleFiles.Gif[..13], .. new byte[40]], "damaged" },
        { MediaKind.Image, SampleFiles.Webp[..24], "truncated" },
        { MediaKind.Image, Changed(SampleFiles.Webp, 12), "no frame" },
        { MediaKind.Image, SampleFiles.Wav(), "must be a PNG" },
        { MediaKind.Audio, SampleFiles.Png(1, 1), "must be a WAV" },
        { MediaKind.Audio, SampleFiles.Wav()[..40], "no samples" },
        { MediaKind.Audio, SampleFiles.Wav()[..50], "fewer samples" },
        { MediaKind.Audio, Changed(SampleFiles.Mp3(), 417), "no whole frame" },
        { MediaKind.Audio, SampleFiles.Mp3(frames: 1)[..200], "no whole frame" },
        { MediaKind.Audio, "ID3"u8.ToArray(), "no whole frame" },
        { MediaKind.Audio, SampleFiles.Ogg("theora12"), "Vorbis" },
        { MediaKind.Audio, "OggS"u8.ToArray(), "first page" },
        { MediaKind.Text, [0xC3, 0x28], "UTF-8" },
        { MediaKind.Text, new byte[MediaLimits.MaxText + 1], "characters" },
        { MediaKind.Table, "[]"u8.ToArray(), "must be an object" },
        { MediaKind.Table, "{\"columns\":[],\"rows\":[]}"u8.ToArray(), "1 to 100 names" },
        { MediaKind.Table, "{\"columns\":[\"a\"],\"rows\":[[1,2]]}"u8.ToArray(), "row 0" },
        { MediaKind.Table, "{\"columns\":[\"a\"],\"rows\":[[{}]]}"u8.ToArray(), "row 0" },
        { MediaKind.Table, "{\"columns\":[\"a\"],\"rows\":[[[[[[1]]]]]]}"u8.ToArray(), "JSON" },
        { MediaKind.Table, "{\"columns\":[\"a\"],\"rows\":[],\"html\":\"\"}"u8.ToArray(), "unknown member 'html'" },
        { MediaKind.Histogram, "{\"edges\":[0,1],\"counts\":[1,2]}"u8.ToArray(), "one edge more" },
        { MediaKind.Histogram, "{\"edges\":[1,1],\"counts\":[1]}"u8.ToArray(), "ascending" },
        { MediaKind.Histogram, "{\"edges\":[0,\"Infinity\"],\"counts\":[1]}"u8.ToArray(), "finite" },
        { MediaKind.Histogram, "{\"edges\":[0,1],\"counts\":[-1]}"u8.ToArray(), "0 or more" },
        { MediaKind.Histogram, "{\"values\":[1],\"counts\":[1]}"u8.ToArray(), "either" },
        { MediaKind.Histogram, "{\"values\":[1,\"x\"]}"u8.ToArray(), "number 1" },
        { MediaKind.Histogram, "{\"values\":[1],\"bins\":513}"u8.ToArray(), "from 1 to 512" },
        { MediaKind.Histogram, "{\"edges\":"u8.ToArray(), "JSON" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Other_and_damaged_content_is_refused_with_the_rule(MediaKind kind, byte[] content, string rule) =>
        Assert.Contains(rule, Assert.Throws<InvalidMediaException>(() => MediaContent.Inspect(kind, content)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(MediaKind.Image)]
    [InlineData(MediaKind.Audio)]
    public void Any_bytes_are_accepted_or_refused_without_another_fault(MediaKind kind)
    {
        byte[][] files =
        [
            SampleFiles.Png(9, 9), SampleFiles.Jpeg, SampleFiles.Gif, SampleFiles.Webp, SampleFiles.Wav(), SampleFiles.Mp3(tagged: true),
            SampleFiles.Ogg(),
        ];
        var random = new Random(1);
        foreach (var file in files)
        {
            for (var length = 0; length < file.Length; length++)
            {
                AcceptOrRefuse(kind, file[..length]);
            }
            for (var trial = 0; trial < 2000; trial++)
            {
                var damaged = file.ToArray();
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                AcceptOrRefuse(kind, damaged);
            }
        }
    }

    [Fact]
    public void Content_is_read_from_the_json_of_an_event()
    {
        var png = SampleFiles.Png(3, 2);
        Assert.Equal(png, MediaContent.Read(MediaKind.Image, Json(Convert.ToBase64String(png))));
        Assert.Equal("日本", Encoding.UTF8.GetString(MediaContent.Read(MediaKind.Text, Json("日本"))));
        Assert.Throws<InvalidMediaException>(() => MediaContent.Read(MediaKind.Image, Json("%%%")));
        Assert.Throws<InvalidMediaException>(() => MediaContent.Read(MediaKind.Audio, Json(5)));
        Assert.Throws<InvalidMediaException>(() => MediaContent.Read(MediaKind.Text, Json(5)));
    }

    [Fact]
    public void Values_are_binned_with_what_no_bin_can_hold_counted_apart()
    {
        var content = MediaContent.Read(
            MediaKind.Histogram, Json(new { values = new object[] { 0, 1, 2, 3, "NaN", "Infinity", "-Infinity" }, bins = 2 }));

        var histogram = MediaContent.HistogramOf(content);

        Assert.Equal([0, 1.5, 3], histogram.Edges);
        Assert.Equal([2, 2], histogram.Counts);
        Assert.Equal((1, 2), (histogram.NanCount, histogram.InfiniteCount));
    }

    [Theory]
    [InlineData(5.0, 5.0)]
    [InlineData(double.MaxValue, double.MaxValue)]
    [InlineData(-double.MaxValue, -double.MaxValue)]
    [InlineData(-double.MaxValue, double.MaxValue)]
    [InlineData(0.0, double.Epsilon)]
    [InlineData(1e16, 1e16)]
    public void Any_range_of_values_makes_a_valid_histogram(double low, double high)
    {
        var histogram = MediaContent.HistogramOf(MediaContent.Bytes(Values.Histogram.Of([low, high, double.NaN])));

        Assert.Equal(2, histogram.Counts.Sum());
        Assert.Equal(1, histogram.NanCount);
    }

    [Fact]
    public void Values_without_a_finite_one_make_an_empty_histogram()
    {
        var histogram = MediaContent.HistogramOf(MediaContent.Bytes(Values.Histogram.Of([double.NaN, double.PositiveInfinity])));
        Assert.Equal(0, histogram.Counts.Sum());
        Assert.Equal((1, 1), (histogram.NanCount, histogram.InfiniteCount));
    }

    public static TheoryData<(double, double, double)[], double[], double[]> Counted => new()
    {
        { [(0, 1, 2), (1, 2, 3)], [0, 1, 2], [2, 3] },
        { [(-double.MaxValue, 0, 1), (0, 1, 2), (1, double.MaxValue, 3)], [-1, 0, 1, 2], [1, 2, 3] },
        { [(5, 5, 0), (5, 5, 0), (5, 5, 7)], [4.5, 5.5], [7] },
        { [(0, 1, 2), (1, 1, 4), (1, 2, double.NaN), (2, 3, -1)], [0, 1, 2, 3], [6, 0, 0] },
        { [(double.NaN, double.NaN, 3)], [-0.5, 0.5], [3] },
        { [], [-0.5, 0.5], [0] },
    };

    [Theory]
    [MemberData(nameof(Counted))]
    public void Ranges_that_another_program_counted_become_a_valid_histogram(
        (double, double, double)[] bins, double[] edges, double[] counts)
    {
        var histogram = MediaContent.HistogramOf(MediaContent.Bytes(Values.Histogram.OfBins(bins)));
        Assert.Equal(edges, histogram.Edges);
        Assert.Equal(counts, histogram.Counts);
    }

    [Fact]
    public void More_ranges_than_a_histogram_has_are_joined()
    {
        var histogram = MediaContent.HistogramOf(
            MediaContent.Bytes(Values.Histogram.OfBins(Enumerable.Range(0, 1500).Select(index => ((double)index, index + 1.0, 1.0)))));
        Assert.InRange(histogram.Counts.Count, 256, Values.Histogram.MaxBins);
        Assert.Equal((0, 1500, 1500), (histogram.Edges[0], histogram.Edges[^1], histogram.Counts.Sum()));
    }

    private static void AcceptOrRefuse(MediaKind kind, byte[] content)
    {
        try
        {
            MediaContent.Inspect(kind, content);
        }
        catch (InvalidMediaException refused)
        {
            Assert.NotEmpty(refused.Message);
        }
    }

    private static byte[] Changed(byte[] file, int at)
    {
        var changed = file.ToArray();
        changed[at] ^= 0xFF;
        return changed;
    }

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
}
