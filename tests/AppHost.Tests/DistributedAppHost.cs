using Microsoft.Extensions.Diagnostics.HealthChecks;
using Trainyard.Contracts;
using Trainyard.Harness;
using Trainyard.Harness.Faults;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RabbitMqServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]

namespace Trainyard.AppHost.Tests;

/// <summary>One AppHost with every service for the tests that only use it. The first test that asks waits for its start.</summary>
public sealed class DistributedAppHost(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis) : IAsyncDisposable
{
    public const int IngestReplicas = 2;

    private readonly SemaphoreSlim starting = new(1);
    private readonly List<TcpProxy> proxies = [];
    private RunningAppHost? running;

    internal async Task<RunningAppHost> RunningAsync()
    {
        await starting.WaitAsync();
        try
        {
            return running ??= await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (running is not null)
        {
            await running.DisposeAsync();
        }
        foreach (var proxy in proxies)
        {
            await proxy.DisposeAsync();
        }
        starting.Dispose();
    }

    /// <summary>Starts it while no server can be reached. They can be once the AppHost has seen that.</summary>
    private async Task<RunningAppHost> StartAsync()
    {
        var reachable = false;
        return await RunningAppHost.StartAsync(
            $"{Through(postgres)};Database=trials_{Guid.NewGuid():N}", Through(rabbitMq), Through(redis), ReachLaterAsync,
            $"--Replicas:{ResourceNames.EventIngest.Replace('-', '_')}={IngestReplicas}");

        string Through(Server server)
        {
            var nowhere = FreePort.Next();
            var proxy = new TcpProxy(() => reachable ? server.Endpoint : ("127.0.0.1", nowhere));
            proxies.Add(proxy);
            return server.ConnectionStringThrough(proxy.Port);
        }

        async Task ReachLaterAsync(RunningAppHost host)
        {
            foreach (var server in new[] { ResourceNames.Trials, ResourceNames.RabbitMq, ResourceNames.Redis })
            {
                await host.UntilAsync(server, change => change.Snapshot.HealthStatus is HealthStatus.Unhealthy);
            }
            reachable = true;
        }
    }
}
