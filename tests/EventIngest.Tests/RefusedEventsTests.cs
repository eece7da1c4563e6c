using System.Net;
using System.Net.Sockets;
using System.Text;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

public sealed class RefusedEventsTests(SharedIngest shared) : IClassFixture<SharedIngest>
{
    private const string Good = """{"event":"ml.run.metric","trial_id":"r","measurements":{"loss":1}}""";

    private IngestHost Ingest => shared.Host;

    [Theory]
    [MemberData(nameof(MalformedEvents.Json), MemberType = typeof(MalformedEvents))]
    public async Task A_malformed_event_is_refused_with_its_index_and_member(string body, string field, string reason)
    {
        using var response = await Ingest.PostAsync(body);

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((400, "EVENT_INVALID"), (problem.Status, problem.Code));
        Assert.Contains(problem.Problems ?? [], found => found.Field == field && found.Message.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_bad_event_refuses_the_whole_request_and_is_named()
    {
        using var response = await Ingest.PostAsync(
            $$"""[{{Good}},{{Good}},{{Good}},{"event":"ml.run.metric","trial_id":"bad","measurements":{"loss":"x"} },{{Good}}]""");

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal("events[3].measurements.loss", Assert.Single(problem.Problems ?? []).Field);
        Assert.DoesNotContain(Ingest.Store.Events, stored => stored.RunId == "bad");
    }

    [Fact]
    public async Task A_bad_line_is_named_by_the_number_of_its_event()
    {
        using var response = await Ingest.PostAsync($"{Good}\n\n{Good}\n{{\"event\":\n{Good}", "application/x-ndjson");

        Assert.Equal("events[2]", (await ReadProblem.FromAsync(response)).Problems?[0].Field);
    }

    [Fact]
    public async Task Many_problems_are_listed_up_to_a_number_a_person_reads()
    {
        using var response = await Ingest.PostAsync($"[{string.Join(',', Enumerable.Repeat("{}", 5000))}]");

        var problems = (await ReadProblem.FromAsync(response)).Problems ?? [];
        Assert.Equal(21, problems.Count);
        Assert.Contains("only the first 20", problems[^1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}' })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public async Task What_is_not_utf8_is_refused(byte[] body)
    {
        using var response = await Ingest.PostAsync(body);

        Assert.Equal("is not UTF-8", Assert.Single((await ReadProblem.FromAsync(response)).Problems ?? []).Message);
    }

    [Fact]
    public async Task More_events_than_allowed_are_refused()
    {
        using var response = await Ingest.PostAsync($"[{string.Join(',', Enumerable.Repeat(Good, 10_001))}]");

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), (problem.Status, problem.Code));
        Assert.Contains("INGEST__MAX_EVENTS", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_would_not_fit_into_a_message_is_refused()
    {
        var wordy = $$"""{"event":"ml.run.log","trial_id":"r","metadata":{"message":"{{new string('x', 60_000)}}"} }""";

        using var response = await Ingest.PostAsync(
            Compression.Compress(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(wordy, 200))}]"), "gzip"), encoding: "gzip");

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), (problem.Status, problem.Code));
        Assert.Contains("INGEST__MAX_MESSAGE_BYTES", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task An_unknown_media_type_is_refused(string? type)
    {
        using var response = await Ingest.PostAsync(Encoding.UTF8.GetBytes(Good), type);

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((415, "EVENT_INVALID"), (problem.Status, problem.Code));
        Assert.Contains("application/x-ndjson", Assert.Single(response.Headers.GetValues("Accept")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/x-ndjson; charset=us-ascii")]
    public async Task A_charset_that_is_utf_8_is_read_quoted_or_not(string type)
    {
        using var response = await Ingest.PostAsync(Encoding.UTF8.GetBytes(Good), type);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip, zstd")]
    public async Task An_unknown_encoding_is_refused(string encoding)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Good));
        content.Headers.ContentType = new("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using var response = await Ingest.Http.PostAsync("/api/events/ml", content);

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((415, "EVENT_INVALID"), (problem.Status, problem.Code));
        Assert.Equal("gzip, zstd", string.Join(", ", response.Headers.GetValues("Accept-Encoding")));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task A_body_that_does_not_decompress_is_refused(string encoding)
    {
        var whole = Compression.Compress(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(Good, 100))), encoding);

        foreach (var damaged in (byte[][])[whole[..^5], whole[..10], [.. whole.Reverse()], Encoding.UTF8.GetBytes(Good), [1]])
        {
            using var response = await Ingest.PostAsync(damaged, "application/x-ndjson", encoding);

            var problem = await ReadProblem.FromAsync(response);
            Assert.Equal((400, "EVENT_INVALID"), (problem.Status, problem.Code));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("schlüssel")]
    public async Task A_key_that_is_not_visible_ascii_is_refused(string key)
    {
        var problem = await PostRawAsync($"Idempotency-Key: {key}\r\n");

        Assert.Contains("400", problem, StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_too_long_or_given_twice_is_refused()
    {
        Assert.Contains("400", await PostRawAsync($"Idempotency-Key: {new string('k', 257)}\r\n"), StringComparison.Ordinal);
        Assert.Contains("400", await PostRawAsync("Idempotency-Key: a\r\nIdempotency-Key: b\r\n"), StringComparison.Ordinal);
        Assert.Contains("202", await PostRawAsync($"Idempotency-Key: {new string('k', 256)}\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", HttpStatusCode.MethodNotAllowed)]
    public async Task Another_method_is_refused(string method, HttpStatusCode status)
    {
        using var response = await Ingest.Http.SendAsync(new(new(method), "/api/events/ml"));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("EVENT_INVALID", (await ReadProblem.FromAsync(response)).Code);
    }

    [Fact]
    public async Task A_hundred_megabytes_streamed_are_refused_at_the_limit()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Ingest.Address.Host, Ingest.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            ("POST /api/events/ml HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"u8
                + "Transfer-Encoding: chunked\r\n\r\n"u8).ToArray());
        using var reader = new StreamReader(stream);
        var answer = reader.ReadLineAsync();
        byte[] chunk = [.. "100000\r\n"u8, .. Enumerable.Repeat((byte)' ', 1 << 20), .. "\r\n"u8];
        var sent = 0;

        try
        {
            for (; sent < 100 && !answer.IsCompleted; sent++)
            {
                await stream.WriteAsync(chunk);
            }
        }
        catch (IOException)
        {
            // It hangs up on who goes on sending; the answer is there to be read.
        }

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await answer);
        Assert.True(sent < 100, $"{sent} MB were taken.");
    }

    private async Task<string> PostRawAsync(string header)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Ingest.Address.Host, Ingest.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            "POST /api/events/ml HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + $"{header}Content-Length: {Good.Length}\r\n\r\n{Good}"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
