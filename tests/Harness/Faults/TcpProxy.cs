using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Trainyard.Harness.Faults;

/// <summary>A way to a server that can be cut or slowed down. Its own port stays the same when the server's changes.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<(string Host, int Port)> server;
    private readonly ConcurrentDictionary<Socket, Socket> connections = new();
    private readonly Task accepting;

    public TcpProxy(Func<(string Host, int Port)> server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How much later than it was sent each piece arrives, in both directions.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Ends every connection there is, without a word to either side. New ones are taken.</summary>
    public void Cut()
    {
        foreach (var (client, upstream) in connections)
        {
            client.Close(timeout: 0);
            upstream.Close(timeout: 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        Cut();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var piece = new byte[81_920];
        while (await from.ReadAsync(piece) is > 0 and var read)
        {
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay);
            }
            await to.WriteAsync(piece.AsMemory(0, read));
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        connections[client] = upstream;
        try
        {
            var (host, port) = server();
            await upstream.ConnectAsync(host, port);
            await using var near = new NetworkStream(client);
            await using var far = new NetworkStream(upstream);
            await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // The server is away, or the connection was cut: its client finds out.
        }
        finally
        {
            connections.TryRemove(client, out _);
            client.Dispose();
        }
    }
}
