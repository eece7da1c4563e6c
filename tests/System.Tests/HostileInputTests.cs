using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>A thousand bodies no program should send, to a real process.</summary>
public sealed class HostileInputTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task A_thousand_malformed_bodies_get_a_code_and_leave_the_process_as_it_was()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        var random = new Random(20251005);

        foreach (var body in Enumerable.Range(0, 1000).Select(index => MalformedBody.Create(index, random)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/ml") { Content = body.Content() };
            using var response = await client.Http.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode is >= 400 and < 500, $"{body.Kind}: {(int)response.StatusCode} {answer}");
            Assert.True(JsonNode.Parse(answer)?["code"] is not null, $"{body.Kind}: {answer}");
        }

        Assert.True(standalone.ResidentBytes < 600 * Mebibyte, $"It holds {standalone.ResidentBytes / Mebibyte} MiB.");
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync("""{"event":"ml.run.start","trial_id":"fine"}"""));
        Assert.Equal("fine", TrainyardClient.Text(await client.GetAsync("/api/runs/fine"), "run_id"));
    }

    [Fact]
    public async Task A_body_of_100_MB_is_refused_without_being_kept()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        var before = standalone.ResidentBytes;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/ml")
        {
            Content = new StreamContent(new MemoryStream(new byte[100 * Mebibyte]))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
            Headers = { ExpectContinue = true },
        };

        using var response = await client.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("PAYLOAD_TOO_LARGE", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(
            standalone.ResidentBytes - before < 100 * Mebibyte, $"It grew by {(standalone.ResidentBytes - before) / Mebibyte} MiB.");
    }

    [Fact]
    public async Task Two_requests_with_one_idempotency_key_count_once()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        const string Event = """{"event":"ml.run.metric","trial_id":"once","metadata":{"step":1},"measurements":{"loss":0.5}}""";

        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(Event, "the-same-key"));
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(Event, "the-same-key"));
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            await client.PostEventsAsync(Event.Replace("once", "twice", StringComparison.Ordinal), "the-same-key"));

        var history = await client.GetAsync("/api/runs/once/metrics?keys=loss");
        Assert.Single(history["series"]?[0]?["points"]?.AsArray() ?? []);
    }

    public void Dispose() => data.Dispose();

    private sealed record MalformedBody(string Kind, byte[] Bytes, string? Encoding = null)
    {
        private const string Good = """{"event":"ml.run.metric","trial_id":"x","metadata":{"step":1},"measurements":{"loss":0.5}}""";

        public ByteArrayContent Content()
        {
            var content = new ByteArrayContent(Bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            if (Encoding is not null)
            {
                content.Headers.ContentEncoding.Add(Encoding);
            }
            return content;
        }

        public static MalformedBody Create(int index, Random random) => (index % 12) switch
        {
            0 => Text("wrong type", Good.Replace("\"x\"", $"[{random.Next()}]", StringComparison.Ordinal)),
            1 => Text("huge number", Good.Replace("0.5", "1e" + random.Next(400, 100_000), StringComparison.Ordinal)),
            2 => Text("deep nesting", $$"""{"event":"ml.run.start","trial_id":"x","metadata":{{Nested(random.Next(100, 20_000))}}}"""),
            3 => new(
                "bad UTF-8",
                [.. "{\"event\":\"ml.run.log\",\"trial_id\":\""u8, 0xC3, (byte)random.Next(0x20, 0x7F), 0xFF, .. "\"}"u8]),
            4 => new("truncated gzip", Truncated(random), "gzip"),
            5 => Text("truncated JSON", Good[..random.Next(1, Good.Length)]),
            6 => Text("unknown event", Good.Replace("ml.run.metric", "ml.run." + random.Next(), StringComparison.Ordinal)),
            7 => Text("id with a path", Good.Replace("\"x\"", "\"../" + random.Next() + "\"", StringComparison.Ordinal)),
            8 => Text("no measurements", """{"event":"ml.run.metric","trial_id":"x"}"""),
            9 => Text("array with one bad event", $"[{Good},{random.Next()},{Good}]"),
            10 => new("noise", Noise(random)),
            _ => Text("step that is no step", Good.Replace(":1}", $":{random.NextDouble() + 0.1:R}}}", StringComparison.Ordinal)),
        };

        private static MalformedBody Text(string kind, string text) => new(kind, System.Text.Encoding.UTF8.GetBytes(text));

        private static string Nested(int depth) =>
            new StringBuilder().Insert(0, "{\"a\":", depth).Append('1').Append('}', depth).ToString();

        private static byte[] Noise(Random random)
        {
            var bytes = new byte[random.Next(1, 4096)];
            random.NextBytes(bytes);
            return bytes;
        }

        private static byte[] Truncated(Random random)
        {
            using var buffer = new MemoryStream();
            using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(System.Text.Encoding.UTF8.GetBytes(Good));
            }
            return buffer.ToArray()[..random.Next(1, (int)buffer.Length - 8)];
        }
    }
}
