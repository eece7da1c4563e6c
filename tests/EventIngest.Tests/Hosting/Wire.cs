using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Trainyard.EventIngest.Tests.Hosting;

/// <summary>A connection to a server that can be cut and mended, as when the server stops and comes back.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly Uri server;
    private readonly ConcurrentBag<TcpClient> open = [];
    private readonly int port;
    private TcpListener listener;
    private Task forwarding;

    public Wire(string serverAddress)
    {
        server = new Uri(serverAddress);
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        forwarding = ForwardAsync(listener);
    }

    public string Address => new UriBuilder(server) { Host = "127.0.0.1", Port = port }.Uri.ToString();

    public async Task CutAsync()
    {
        listener.Stop();
        await forwarding;
        while (open.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    public void Mend()
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        forwarding = ForwardAsync(listener);
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    private async Task ForwardAsync(TcpListener accepting)
    {
        try
        {
            while (true)
            {
                var caller = await accepting.AcceptTcpClientAsync();
                var target = new TcpClient();
                await target.ConnectAsync(server.Host, server.Port);
                open.Add(caller);
                open.Add(target);
                _ = PumpAsync(caller, target);
                _ = PumpAsync(target, caller);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped: the wire is cut.
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side hung up: so does the other.
        }
        to.Dispose();
    }
}
