using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Live;

/// <summary>One subscriber: what it asked for, what waits for it, and the two loops that talk with it.</summary>
internal sealed class LiveSocket(WebSocket socket, LiveOptions options) : ILiveListener
{
    private const string Everything = "*";
    private const int MostSubscriptions = 1000;
    private const int LongestMessage = 4096;
    private const int LongestDiscarded = 1 << 20;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly Outbox outbox = new(options.MaxPending);
    private readonly Channel<bool> waiting = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, bool> subscriptions = new(StringComparer.Ordinal);
    private volatile bool behind;

    public void Hear(RunMessage message)
    {
        if (subscriptions.ContainsKey(message.RunId) || subscriptions.ContainsKey(Everything))
        {
            Say(message);
        }
    }

    /// <summary>Talks until the peer leaves, falls too far behind, or the store stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ended = new CancellationTokenSource();
        var sending = SendAsync(ended.Token);
        var receiving = ReceiveAsync(ended.Token);
        await Task.WhenAny(sending, receiving, Task.Delay(Timeout.Infinite, stopping));
        if (behind || stopping.IsCancellationRequested)
        {
            await CloseAsync(behind ? WebSocketCloseStatus.PolicyViolation : WebSocketCloseStatus.EndpointUnavailable,
                behind ? "too slow: messages pile up faster than they are read" : "the server stops");
            // Until the peer has read as far as the reason and closed its side.
            await Task.WhenAny(receiving, Task.Delay(behind ? Farewell : Farewell / 5, CancellationToken.None));
        }
        await ended.CancelAsync();
        await Task.WhenAll(sending, receiving);
    }

    private void Say(LiveMessage message)
    {
        if (!outbox.TryAdd(message))
        {
            behind = true;
        }
        waiting.Writer.TryWrite(true);
    }

    private async Task SendAsync(CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await waiting.Reader.ReadAsync(ended);
                while (!behind && outbox.TryTake(out var message))
                {
                    using var patience = CancellationTokenSource.CreateLinkedTokenSource(ended);
                    patience.CancelAfter(TimeSpan.FromSeconds(options.SendSeconds));
                    await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, WireJson.Options), WebSocketMessageType.Text, true, patience.Token);
                }
                if (behind)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The peer, or the store, has gone; a send given up in the middle leaves nothing more to be said.
            socket.Abort();
        }
    }

    private async Task ReceiveAsync(CancellationToken ended)
    {
        var buffer = new byte[LongestMessage];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(length < LongestMessage ? buffer.AsMemory(length) : buffer, ended);
                    length += part.Count;
                }
                while (!part.EndOfMessage && length <= LongestDiscarded);

                if (part.MessageType is WebSocketMessageType.Close)
                {
                    await CloseAsync(WebSocketCloseStatus.NormalClosure, null);
                    return;
                }
                if (!part.EndOfMessage)
                {
                    await CloseAsync(WebSocketCloseStatus.MessageTooBig, "a message is at most 4095 bytes");
                    return;
                }
                Say(length >= LongestMessage ? new LiveError("A message is at most 4095 bytes.") : Answer(buffer.AsSpan(0, length)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            socket.Abort();
        }
    }

    private LiveMessage Answer(ReadOnlySpan<byte> json)
    {
        ClientMessage? asked;
        try
        {
            asked = JsonSerializer.Deserialize<ClientMessage>(json, WireJson.Options);
        }
        catch (JsonException)
        {
            return new LiveError("""A message is JSON such as {"type":"subscribe","run_id":"…"}.""");
        }
        switch (asked)
        {
            case { Type: "ping" }:
                return new Pong();
            case { Type: "subscribe" or "unsubscribe", RunId: not { Length: > 0 } }:
            case { Type: "subscribe" or "unsubscribe", RunId: { } id } when id != Everything && !Identifier.IsValid(id):
                return new LiveError("run_id must be a run's id, or * for all.");
            case { Type: "subscribe", RunId: { } id } when subscriptions.Count >= MostSubscriptions && !subscriptions.ContainsKey(id):
                return new LiveError($"A connection has at most {MostSubscriptions} subscriptions; subscribe to * instead.");
            case { Type: "subscribe", RunId: { } id }:
                subscriptions[id] = true;
                return new Subscribed(id);
            case { Type: "unsubscribe", RunId: { } id }:
                subscriptions.TryRemove(id, out _);
                return new Unsubscribed(id);
            default:
                return new LiveError("type must be subscribe, unsubscribe or ping.");
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status, string? reason)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.SendSeconds));
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason, patience.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    private sealed record ClientMessage(string? Type, string? RunId);
}
