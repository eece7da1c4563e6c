using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

/// <summary>What <c>ml.run.media</c> accepts and refuses.</summary>
public sealed class MediaEventsTests(SharedIngest shared) : IClassFixture<SharedIngest>
{
    /// <summary>A PNG of one pixel.</summary>
    private const string Png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private IngestHost Ingest => shared.Host;

    [Fact]
    public async Task Every_kind_is_translated()
    {
        var wav = "RIFF(\0\0\0WAVEfmt \u0010\0\0\0\u0001\0\u0001\0@\u001f\0\0\0>\0\0\u0002\0\u0010\0data\u0004\0\0\0\0\0\0\0"u8.ToArray();
        Assert.Equal(6, await Ingest.AcceptedAsync($$$"""
            [{"event":"ml.run.media","trial_id":"all",
              "metadata":{"kind":"image","name":"examples","step":3,"index":2,"caption":"a cat","attempt":2,"content":"{{{Png}}}"}},
             {"event":"ml.run.media","trial_id":"all",
              "metadata":{"kind":"audio","name":"voice","epoch":4,"content":"{{{Convert.ToBase64String(wav)}}}"}},
             {"event":"ml.run.media","trial_id":"all","metadata":{"kind":"text","name":"日本","content":"<b>猫</b>"}},
             {"event":"ml.run.media","trial_id":"all",
              "metadata":{"kind":"table","name":"t","content":{"columns":["a","b"],"rows":[[1,"x"],[NaN,null]]} }},
             {"event":"ml.run.media","trial_id":"all","metadata":{"kind":"histogram","name":"w","content":{"values":[0,1,NaN],"bins":1} }},
             {"event":"ml.run.media","trial_id":"all","metadata":{"kind":"image","name":"large","path":"media/a b.png"}}]
            """));

        var media = Ingest.Store.Events.OfType<MediaLogged>().Where(logged => logged.RunId == "all").ToList();
        var image = media[0];
        Assert.Equal(
            (MediaKind.Image, "examples", 3, 2, "a cat", 2),
            (image.Kind, image.Name, image.Step, image.Index, image.Caption, image.Attempt));
        Assert.Equal(("image/png", 1, 1), (image.ContentType, image.Width, image.Height));
        Assert.Equal(Convert.FromBase64String(Png), image.Content);
        Assert.Equal(("audio/wav", 4L), (media[1].ContentType, media[1].Step));
        Assert.Equal(("日本", null, "<b>猫</b>"), (media[2].Name, media[2].Step, Encoding.UTF8.GetString(media[2].Content ?? [])));
        Assert.Equal("""{"columns":["a","b"],"rows":[[1,"x"],["NaN",null]]}""", Encoding.UTF8.GetString(media[3].Content ?? []));
        Assert.Equal(
            """{"edges":[0,1],"counts":[2],"nan_count":1,"infinite_count":0}""", Encoding.UTF8.GetString(media[4].Content ?? []));
        Assert.Equal(("media/a b.png", null, null), (media[5].Path, media[5].Content, media[5].ContentType));
    }

    public static TheoryData<string, string, string> Malformed { get; } = new()
    {
        { "{}", "kind", "must be image, audio, text, table, histogram" },
        { """{"kind":"video","name":"n","content":""}""", "kind", "must be image" },
        { """{"kind":7,"name":"n","content":""}""", "kind", "must be a string" },
        { """{"kind":"image","content":""}""", "name", "is required" },
        { """{"kind":"image","name":" ","content":""}""", "name", "is required" },
        { """{"kind":"text","name":"a\nb","content":""}""", "name", "control character" },
        { $$"""{"kind":"text","name":"{{new string('日', 251)}}","content":""}""", "name", "at most 250 characters" },
        { """{"kind":"text","name":"n","content":"","step":-1}""", "step", "must be a whole number from 0" },
        { """{"kind":"text","name":"n","content":"","step":1e300}""", "step", "must be a whole number from 0" },
        { """{"kind":"text","name":"n","content":"","index":1000}""", "index", "from 0 to 999" },
        { $$"""{"kind":"text","name":"n","content":"","caption":"{{new string('c', 1001)}}"}""", "caption", "at most 1000" },
        { """{"kind":"image","name":"n"}""", "content", "is required" },
        { """{"kind":"image","name":"n","content":"%%%"}""", "content", "base64" },
        { """{"kind":"image","name":"n","content":{}}""", "content", "must be a string" },
        { """{"kind":"image","name":"n","content":"aGVsbG8="}""", "content", "must be a PNG, JPEG, GIF or WebP" },
        { """{"kind":"image","name":"n","content":"iVBORw0KGgpnYXJiYWdlIGdhcmJhZ2UgZ2FyYmFnZQ=="}""", "content", "truncated" },
        { """{"kind":"image","name":"n","content":"PHN2Zy8+"}""", "content", "must be a PNG" },
        { """{"kind":"audio","name":"n","content":"aGVsbG8="}""", "content", "must be a WAV, MP3 or Ogg" },
        { """{"kind":"table","name":"n","content":"x"}""", "content", "must be an object" },
        { """{"kind":"table","name":"n","content":{"columns":["a"],"rows":[[1,2]]}}""", "content", "row 0" },
        { """{"kind":"histogram","name":"n","content":{"edges":[0,1],"counts":[1,2]}}""", "content", "one edge more" },
        { """{"kind":"text","name":"n","content":"","path":"a.txt"}""", "path", "beside content" },
        { """{"kind":"text","name":"n","path":"a.txt"}""", "path", "allowed for image and audio" },
        { """{"kind":"image","name":"n","path":"../other/a.png"}""", "path", "relative" },
        { """{"kind":"image","name":"n","path":"/etc/passwd"}""", "path", "relative" },
        { """{"kind":"image","name":"n","path":"..\\a.png"}""", "path", "relative" },
        { """{"kind":"image","name":"n","path":"C:/a.png"}""", "path", "relative" },
        { """{"kind":"image","name":"n","path":""}""", "path", "relative" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Malformed_media_is_refused_with_its_member(string metadata, string member, string reason)
    {
        using var response = await Ingest.PostAsync($$"""{"event":"ml.run.media","trial_id":"bad","metadata":{{metadata}}}""");

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((400, "EVENT_INVALID"), (problem.Status, problem.Code));
        Assert.Contains(problem.Problems ?? [], found =>
            found.Field == $"events[0].metadata.{member}" && found.Message.Contains(reason, StringComparison.Ordinal));
        Assert.DoesNotContain(Ingest.Store.Events, stored => stored.RunId == "bad");
    }

    [Theory]
    [InlineData(3 << 20, "INGEST__MAX_MEDIA_BYTES")]
    [InlineData(8 << 20, "INGEST__MAX_MEDIA_BYTES")]
    public async Task Larger_content_than_allowed_is_refused_with_the_setting(int bytes, string setting)
    {
        var content = Convert.ToBase64String(new byte[bytes]);
        using var response = await Ingest.PostAsync(
            $$$"""{"event":"ml.run.media","trial_id":"r","metadata":{"kind":"image","name":"n","content":"{{{content}}}"}}""");

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((400, "EVENT_INVALID"), (problem.Status, problem.Code));
        Assert.Contains(setting, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metadata_of_other_events_stays_as_small_as_before()
    {
        var large = JsonSerializer.Serialize(new string('x', 300_000));
        using var response = await Ingest.PostAsync(
            $$$"""{"event":"ml.run.log","trial_id":"r","metadata":{"message":"m","mine":{{{large}}}}}""");

        Assert.Contains("INGEST__MAX_METADATA_BYTES", (await ReadProblem.FromAsync(response)).Message, StringComparison.Ordinal);
    }
}
