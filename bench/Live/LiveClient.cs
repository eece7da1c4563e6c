using System.Buffers.Text;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Live;

/// <summary>A subscriber. Each message records the age of the oldest post the subscriber had not received yet.</summary>
internal sealed class LiveClient(PostLog posts, Latencies staleness) : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly Dictionary<string, int> steps = new(StringComparer.Ordinal);
    private Task reading = Task.CompletedTask;

    public long Messages { get; private set; }

    /// <summary>Why the connection ended, if it did.</summary>
    public string? Ended { get; private set; }

    /// <summary>Whether it has received the last post of each of its runs.</summary>
    public bool IsCurrent(IEnumerable<string> runs)
    {
        lock (steps)
        {
            return runs.All(run => steps.GetValueOrDefault(run, -1) == posts.Last(run));
        }
    }

    public async Task SubscribeAsync(Uri address, string topic, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/ws" }.Uri, cancellationToken);
        var subscribe = Encoding.UTF8.GetBytes($$"""{"type":"subscribe","run_id":"{{topic}}"}""");
        await socket.SendAsync(subscribe, WebSocketMessageType.Text, true, cancellationToken);
        await socket.ReceiveAsync(new byte[4096].AsMemory(), cancellationToken);
        reading = ReadAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[65_536];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    Ended = socket.CloseStatusDescription ?? "closed";
                    return;
                }
                Messages++;
                Note(buffer.AsSpan(0, part.Count));
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            Ended = exception.Message;
        }
    }

    /// <summary>Cheaper than a JSON reader, because the benchmark shares the CPU with the server.</summary>
    private void Note(ReadOnlySpan<byte> message)
    {
        var now = Stopwatch.GetTimestamp();
        var (run, step) = (message.IndexOf("\"run_id\":\""u8), message.IndexOf("\"step\":"u8));
        if (!message.StartsWith("{\"type\":\"metric_update\""u8) || run < 0 || step < 0
            || !Utf8Parser.TryParse(message[(step + 7)..], out int at, out _))
        {
            return;
        }
        var id = message[(run + 10)..];
        var name = Encoding.UTF8.GetString(id[..id.IndexOf((byte)'"')]);
        lock (steps)
        {
            var before = steps.GetValueOrDefault(name, -1);
            if (at > before)
            {
                staleness.Add(Stopwatch.GetElapsedTime(posts.SentAt(name, before + 1), now));
                steps[name] = at;
            }
        }
    }
}
