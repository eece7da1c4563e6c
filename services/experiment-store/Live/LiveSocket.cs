using System.Net.WebSockets;
using System.Threading.Channels;

namespace Trainyard.ExperimentStore.Live;

/// <summary>One subscriber: its buffer, and the two loops that send and receive.</summary>
internal sealed class LiveSocket : ILiveListener
{
    private static readonly TimeSpan CloseTimeoutAtStop = TimeSpan.FromSeconds(2);

    private readonly WebSocket socket;
    private readonly TimeSpan sendTimeout;
    private readonly SubscriberBuffer buffer;
    private readonly Subscriptions subscriptions;
    private readonly Channel<bool> waiting = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource<CloseReason> leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LiveSocket(WebSocket socket, LiveHub hub, LiveOptions options)
    {
        this.socket = socket;
        sendTimeout = options.SendTimeout;
        buffer = new(options.MaxPending, options.MaxPendingBytes);
        subscriptions = new(hub, this);
    }

    public void Receive(Announcement news)
    {
        if (leaving.Task.IsCompleted)
        {
            return;
        }
        if (!buffer.TryAdd(news))
        {
            leaving.TrySetResult(CloseReason.TooSlow);
        }
        waiting.Writer.TryWrite(true);
    }

    /// <summary>Serves the client until it disconnects, falls too far behind, or the store stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var stop = stopping.Register(() => leaving.TrySetResult(CloseReason.Stopping));
        var (sending, receiving) = (SendAsync(), ReceiveAsync());
        try
        {
            await Task.WhenAny(receiving, leaving.Task);
            if (leaving.Task is { IsCompletedSuccessfully: true, Result: var reason })
            {
                await CloseAsync(reason, sending, receiving);
            }
        }
        finally
        {
            subscriptions.RemoveAll();
            leaving.TrySetResult(CloseReason.Gone);
            waiting.Writer.TryComplete();
            socket.Abort();
            await Task.WhenAll(sending, receiving);
        }
    }

    /// <summary>Closes with a reason, and aborts if the client doesn't read it in time.</summary>
    private async Task CloseAsync(CloseReason reason, Task sending, Task receiving)
    {
        subscriptions.RemoveAll();
        waiting.Writer.TryComplete();
        using var timeout = new CancellationTokenSource(reason == CloseReason.Stopping ? CloseTimeoutAtStop : sendTimeout);
        try
        {
            await sending.WaitAsync(timeout.Token);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(reason.Status, reason.Reason, timeout.Token);
            }
            await receiving.WaitAsync(timeout.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // The client doesn't read, or has disconnected.
            socket.Abort();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync())
            {
                waiting.Reader.TryRead(out _);
                while (buffer.Take() is { Count: > 0 } messages)
                {
                    foreach (var message in messages)
                    {
                        if (leaving.Task.IsCompleted)
                        {
                            return;
                        }
                        await SendAsync(message);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // The client has disconnected, which also ends the receiving loop.
            socket.Abort();
        }
    }

    private async Task SendAsync(Announcement message)
    {
        var sending = socket.SendAsync(message.Json, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        try
        {
            await sending.WaitAsync(sendTimeout);
        }
        catch (TimeoutException)
        {
            leaving.TrySetResult(CloseReason.TooSlow);
            await sending;
        }
    }

    private async Task ReceiveAsync()
    {
        var reader = new ClientMessages(socket);
        try
        {
            while (await reader.NextAsync() is { } message)
            {
                if (message.Endless)
                {
                    leaving.TrySetResult(CloseReason.TooBig);
                    return;
                }
                Receive(new Announcement(subscriptions.Answer(message)));
            }
            leaving.TrySetResult(CloseReason.ClientClosed);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // The connection broke, or the client was silent for two pings.
            socket.Abort();
        }
    }

    private sealed record CloseReason(WebSocketCloseStatus Status, string? Reason)
    {
        public static readonly CloseReason TooSlow = new(
            WebSocketCloseStatus.PolicyViolation, "too slow: messages arrive faster than they are read");
        public static readonly CloseReason Stopping = new(WebSocketCloseStatus.EndpointUnavailable, "the server is stopping");
        public static readonly CloseReason TooBig = new(WebSocketCloseStatus.MessageTooBig, "the message is too long");
        public static readonly CloseReason ClientClosed = new(WebSocketCloseStatus.NormalClosure, null);
        public static readonly CloseReason Gone = new(WebSocketCloseStatus.Empty, null);
    }
}
