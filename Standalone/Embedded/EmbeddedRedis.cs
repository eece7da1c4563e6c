using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;

namespace Trainyard.Standalone.Embedded;

/// <summary>
/// Garnet, a Redis-compatible server, on the loopback address with a password. Started before the host is built, because clients connect
/// while the host starts; stopped with the host.
/// </summary>
internal sealed class EmbeddedRedis : IHostedService, IDisposable
{
    private readonly GarnetServer garnet;

    private EmbeddedRedis(GarnetServer garnet, string connectionString)
    {
        this.garnet = garnet;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <exception cref="StartException">The port is in use.</exception>
    public static EmbeddedRedis Start(EmbeddedRedisOptions options)
    {
        var (port, password) = (options.Port ?? FreePort(), options.Password ?? RandomNumberGenerator.GetHexString(32));
        RequireFree(port);
        var server = new GarnetServer(new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
            AuthSettings = new PasswordAuthenticationSettings(password),
            // Leases, flags and channels take only kilobytes.
            LogMemorySize = "8m",
            PageSize = "256k",
            IndexMemorySize = "1m",
            IndexMaxMemorySize = "8m",
            QuietMode = true,
        });
        server.Start();
        return new(server, $"127.0.0.1:{port},password={password}");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => garnet.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void RequireFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new StartException(
                $"port {port} for the embedded Redis can't be used ({exception.Message}). Set EMBEDDED_REDIS__PORT to another port.",
                exception);
        }
    }
}
