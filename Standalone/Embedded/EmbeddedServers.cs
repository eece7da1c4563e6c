using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Microsoft.Extensions.Configuration.Memory;
using Trainyard.Contracts;

namespace Trainyard.Standalone.Embedded;

/// <summary>What stands in for Postgres, RabbitMQ and Redis in one process. Everything else is the distributed system's code.</summary>
internal static class EmbeddedServers
{
    public static void UseEmbeddedServers(this WebApplicationBuilder builder)
    {
        var garnet = new GarnetAddress(FreePort(), RandomNumberGenerator.GetHexString(32));
        // Lowest in rank: every setting a person gives wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                [WebHostDefaults.ServerUrlsKey] = ListeningAddresses.Default,
                ["DATABASE:PROVIDER"] = "sqlite",
                ["BUS:TRANSPORT"] = "InMemory",
                [$"ConnectionStrings:{ResourceNames.Redis}"] = $"127.0.0.1:{garnet.Port},password={garnet.Password}",
                // The leases lived in this process: when it starts, nobody can hold one.
                ["RUNS:LEASE_GRACE_SECONDS"] = "0",
            },
        });
        builder.Services.AddSingleton(garnet);
        builder.Services.AddHostedService<GarnetHost>();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket.LocalEndPoint is IPEndPoint bound ? bound.Port : throw new StartException("no free port on the loopback address.");
    }

    private sealed record GarnetAddress(int Port, string Password);

    /// <summary>Garnet, a Redis server, on the loopback address behind a password of this process's own.</summary>
    private sealed class GarnetHost(GarnetAddress address) : IHostedService, IDisposable
    {
        private GarnetServer? server;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            server = new GarnetServer(new GarnetServerOptions
            {
                EndPoints = [new IPEndPoint(IPAddress.Loopback, address.Port)],
                AuthSettings = new PasswordAuthenticationSettings(address.Password),
                // Leases, flags and channels: kilobytes.
                LogMemorySize = "8m",
                PageSize = "256k",
                IndexMemorySize = "1m",
                IndexMaxMemorySize = "8m",
                QuietMode = true,
            });
            server.Start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => server?.Dispose();
    }
}
