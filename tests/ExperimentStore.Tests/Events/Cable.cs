using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>A wire to a server that can be cut: connections through it end without a word, as when a switch fails.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> ends = new();
    private volatile Uri server;
    private readonly Task accepting;

    public Cable(Uri server)
    {
        this.server = server;
        listener.Start();
        Address = new UriBuilder(server) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Connections made from now on lead to another server.</summary>
    public void Plug(Uri other) => server = other;

    public void Cut()
    {
        foreach (var (end, _) in ends)
        {
            ends.TryRemove(end, out _);
            // Gone already when its other end was.
            end.Client?.Close(timeout: 0);
            end.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        Cut();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync();
                if (await ReachAsync() is not { } far)
                {
                    near.Dispose();
                    continue;
                }
                ends[near] = ends[far] = true;
                _ = Task.WhenAll(CopyAsync(near, far), CopyAsync(far, near));
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // No longer listening.
        }
    }

    /// <summary>A connection to the server; null when nothing listens there.</summary>
    private async Task<TcpClient?> ReachAsync()
    {
        var far = new TcpClient();
        try
        {
            await far.ConnectAsync(server.Host, server.Port);
            return far;
        }
        catch (SocketException)
        {
            far.Dispose();
            return null;
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
