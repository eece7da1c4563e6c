using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Trainyard.ExperimentStore.Tests.Live;

/// <summary>A WebSocket client with timeouts.</summary>
internal static class Peer
{
    public static async Task<ClientWebSocket> ConnectAsync(StoreHost store)
    {
        var peer = new ClientWebSocket();
        await peer.ConnectAsync(new UriBuilder(store.Address) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        return peer;
    }

    /// <summary>Subscribes and waits for the answer. By then the store has subscribed to Redis.</summary>
    public static async Task<ClientWebSocket> SubscribeAsync(StoreHost store, string run)
    {
        var peer = await ConnectAsync(store);
        await SayAsync(peer, $$"""{"type":"subscribe","run_id":"{{run}}"}""");
        Assert.Equal("subscribed", (await HearAsync(peer)).GetProperty("type").GetString());
        return peer;
    }

    public static Task SayAsync(ClientWebSocket peer, string text) =>
        peer.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public static async Task<JsonElement> HearAsync(ClientWebSocket peer, int seconds = 30)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var buffer = new byte[65_536];
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await peer.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        return JsonElement.Parse(buffer.AsSpan(0, length));
    }

    public static async Task<ClientWebSocket> UntilClosedAsync(ClientWebSocket peer)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[65_536];
        while ((await peer.ReceiveAsync(buffer, timeout.Token)).MessageType is not WebSocketMessageType.Close)
        {
        }
        return peer;
    }
}
