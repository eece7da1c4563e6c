using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

/// <summary>A few bytes on the wire can become many in memory. However they come, others are served.</summary>
public class MemoryTests
{
    private const int Budget = 12 << 20;

    [Fact]
    public async Task A_body_that_stalls_is_cut_off_and_leaves_its_memory_to_others()
    {
        await using var ingest = await IngestHost.StartAsync(
            new() { ["INGEST:MAX_PENDING_BYTES"] = $"{Budget}", ["INGEST:BODY_SECONDS"] = "1" });
        var large = Compression.Compress(Encoding.UTF8.GetBytes(Large("slow")), "gzip");
        using var slow = new TcpClient();
        await slow.ConnectAsync(ingest.Address.Host, ingest.Address.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "POST /api/events/ml HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            + $"Content-Length: {large.Length}\r\n\r\n"));
        await slow.GetStream().WriteAsync(large.AsMemory(0, large.Length - 10));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var answer = await new StreamReader(slow.GetStream()).ReadLineAsync(patience.Token);

        Assert.Equal("HTTP/1.1 408 Request Timeout", answer);
        using var next = await ingest.PostAsync(large, encoding: "gzip");
        Assert.Equal(HttpStatusCode.Accepted, next.StatusCode);
    }

    [Fact]
    public async Task What_waits_to_be_stored_holds_its_memory_though_its_sender_has_gone()
    {
        await using var ingest = await IngestHost.StartAsync(new() { ["INGEST:MAX_PENDING_BYTES"] = $"{Budget}" });
        var (arrived, commit) = (new TaskCompletionSource(), new TaskCompletionSource());
        ingest.Store.BeforeCommit = _ =>
        {
            arrived.TrySetResult();
            return commit.Task;
        };
        using var impatience = new CancellationTokenSource();
        using var content = new StringContent(Large("gone"), Encoding.UTF8, "application/json");
        var gone = ingest.Http.PostAsync(new Uri("/api/events/ml", UriKind.Relative), content, impatience.Token);
        await arrived.Task;
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        using (var refused = await ingest.PostAsync(Large("next")))
        {
            Assert.Equal("UNAVAILABLE", (await ReadProblem.FromAsync(refused)).Code);
        }
        commit.SetResult();

        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            using var taken = await ingest.PostAsync(Large("next"));
            if (taken.StatusCode is HttpStatusCode.Accepted)
            {
                break;
            }
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), $"{taken.StatusCode}");
        }
    }

    [Theory]
    [InlineData(null, null, "127.0.0.2")]
    [InlineData("key-1;Ingest;;", "key-2;Ingest;;", "127.0.0.1")]
    public async Task One_sender_leaves_half_of_the_memory_to_others(string? sender, string? otherSender, string otherAddress)
    {
        await using var ingest = await IngestHost.StartAsync(
            new() { ["INGEST:MAX_PENDING_BYTES"] = $"{Budget}", ["INGEST:BODY_SECONDS"] = "60" });
        var commit = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        ingest.Store.BeforeCommit = _ =>
        {
            arrived.TrySetResult();
            return commit.Task;
        };
        using var other = From(otherAddress, ingest.Address);
        if (otherSender is not null)
        {
            other.DefaultRequestHeaders.Add("X-Trainyard-Caller", otherSender);
        }
        var first = ingest.PostAsync(Encoding.UTF8.GetBytes(Large("a")), caller: sender);
        await arrived.Task;

        using var second = await ingest.PostAsync(Encoding.UTF8.GetBytes(Large("b")), caller: sender);
        using var content = new StringContent(Metric("c"), Encoding.UTF8, "application/json");
        var others = other.PostAsync(new Uri("/api/events/ml", UriKind.Relative), content);
        commit.SetResult();

        Assert.Contains("this sender", (await ReadProblem.FromAsync(second)).Message, StringComparison.Ordinal);
        using var taken = await first;
        using var elses = await others;
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (taken.StatusCode, elses.StatusCode));
    }

    [Fact]
    public async Task An_event_of_millions_of_empty_lists_is_refused_before_it_is_taken_apart()
    {
        await using var ingest = await IngestHost.StartAsync();
        var lists = string.Join(',', Enumerable.Repeat("[]", 3_000_000));
        var dense = Compression.Compress(Encoding.UTF8.GetBytes(
            $$$"""{"event":"ml.run.metric","trial_id":"r","measurements":{},"metadata":{"a":[{{{lists}}}]}}"""), "gzip");
        var before = GC.GetTotalAllocatedBytes();

        using var refused = await ingest.PostAsync(dense, encoding: "gzip");

        var problem = await ReadProblem.FromAsync(refused);
        Assert.Equal("EVENT_INVALID", problem.Code);
        Assert.Contains("INGEST__MAX_METADATA_BYTES", problem.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public async Task Events_that_need_more_memory_than_there_is_are_refused_while_they_are_read()
    {
        await using var ingest = await IngestHost.StartAsync(new() { ["INGEST:MAX_PENDING_BYTES"] = $"{4 << 20}" });
        var measurements = string.Join(',', Enumerable.Range(0, 1000).Select(index => $"\"{index}\":1"));
        var one = $$$"""{"event":"ml.run.metric","trial_id":"r","metadata":{"step":1},"measurements":{ {{{measurements}}} }}""";

        using var refused = await ingest.PostAsync($"[{string.Join(',', Enumerable.Repeat(one, 100))}]");

        Assert.Equal("PAYLOAD_TOO_LARGE", (await ReadProblem.FromAsync(refused)).Code);
        Assert.Equal(1, await ingest.AcceptedAsync(one));
    }

    /// <summary>A third of the budget once it is in its buffer.</summary>
    private static string Large(string run) => new string(' ', 3 << 20) + Metric(run);

    private static string Metric(string run) =>
        $$$"""{"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":1},"measurements":{"loss":1}}""";

    private static HttpClient From(string address, Uri ingest) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = ingest };
}
