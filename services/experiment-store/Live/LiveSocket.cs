using System.Net.WebSockets;
using System.Threading.Channels;

namespace Trainyard.ExperimentStore.Live;

/// <summary>One subscriber: what waits for it, and the two loops that talk with it.</summary>
internal sealed class LiveSocket : ILiveListener
{
    private static readonly TimeSpan FarewellAtStop = TimeSpan.FromSeconds(2);

    private readonly WebSocket socket;
    private readonly TimeSpan longestSend;
    private readonly SubscriberBuffer outbox;
    private readonly Subscriptions subscriptions;
    private readonly Channel<bool> waiting = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource<Goodbye> leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LiveSocket(WebSocket socket, LiveHub hub, LiveOptions options)
    {
        this.socket = socket;
        longestSend = TimeSpan.FromSeconds(options.SendSeconds);
        outbox = new(options.MaxPending, options.MaxPendingBytes);
        subscriptions = new(hub, this);
    }

    public void Hear(Announcement news)
    {
        if (leaving.Task.IsCompleted)
        {
            return;
        }
        if (!outbox.TryAdd(news))
        {
            leaving.TrySetResult(Goodbye.TooSlow);
        }
        waiting.Writer.TryWrite(true);
    }

    /// <summary>Talks until the peer leaves, falls too far behind, or the store stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var stop = stopping.Register(() => leaving.TrySetResult(Goodbye.Stopping));
        var (sending, receiving) = (SendAsync(), ReceiveAsync());
        try
        {
            await Task.WhenAny(receiving, leaving.Task);
            if (leaving.Task is { IsCompletedSuccessfully: true, Result: var goodbye })
            {
                await SayAsync(goodbye, sending, receiving);
            }
        }
        finally
        {
            subscriptions.RemoveAll();
            leaving.TrySetResult(Goodbye.Gone);
            waiting.Writer.TryComplete();
            socket.Abort();
            await Task.WhenAll(sending, receiving);
        }
    }

    /// <summary>Closes with a reason, for as long as there is hope that the peer reads it.</summary>
    private async Task SayAsync(Goodbye goodbye, Task sending, Task receiving)
    {
        subscriptions.RemoveAll();
        waiting.Writer.TryComplete();
        using var patience = new CancellationTokenSource(goodbye == Goodbye.Stopping ? FarewellAtStop : longestSend);
        try
        {
            await sending.WaitAsync(patience.Token);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(goodbye.Status, goodbye.Reason, patience.Token);
            }
            await receiving.WaitAsync(patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // It does not read, or went meanwhile: the connection is cut.
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
                while (outbox.Take() is { Count: > 0 } messages)
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
            // The peer has gone; receiving ends likewise.
            socket.Abort();
        }
    }

    private async Task SendAsync(Announcement message)
    {
        var sending = socket.SendAsync(message.Json, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        try
        {
            await sending.WaitAsync(longestSend);
        }
        catch (TimeoutException)
        {
            leaving.TrySetResult(Goodbye.TooSlow);
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
                    leaving.TrySetResult(Goodbye.TooBig);
                    return;
                }
                Hear(new Announcement(subscriptions.Answer(message)));
            }
            leaving.TrySetResult(Goodbye.Answered);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // It went without a word, or was silent for two pings.
            socket.Abort();
        }
    }

    private sealed record Goodbye(WebSocketCloseStatus Status, string? Reason)
    {
        public static readonly Goodbye TooSlow = new(WebSocketCloseStatus.PolicyViolation, "too slow: messages pile up faster than they are read");
        public static readonly Goodbye Stopping = new(WebSocketCloseStatus.EndpointUnavailable, "the server stops");
        public static readonly Goodbye TooBig = new(WebSocketCloseStatus.MessageTooBig, "a message without end");
        public static readonly Goodbye Answered = new(WebSocketCloseStatus.NormalClosure, null);
        public static readonly Goodbye Gone = new(WebSocketCloseStatus.Empty, null);
    }
}
