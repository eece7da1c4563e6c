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
    private TcpProxy? wayToBroker;
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
        if (wayToBroker is not null)
        {
            await wayToBroker.DisposeAsync();
        }
        starting.Dispose();
    }

    /// <summary>Starts it while RabbitMQ can't be reached, and lets RabbitMQ be reached once the AppHost has seen that.</summary>
    private async Task<RunningAppHost> StartAsync()
    {
        var broker = ("127.0.0.1", FreePort.Next());
        wayToBroker = new TcpProxy(() => broker);
        return await RunningAppHost.StartAsync(
            postgres,
            rabbitMq.ConnectionStringThrough(wayToBroker.Port),
            redis,
            async starting =>
            {
                await starting.UntilAsync(
                    ResourceNames.RabbitMq, change => change.Snapshot.HealthStatus is HealthStatus.Unhealthy);
                broker = rabbitMq.Endpoint;
            },
            $"--Replicas:{ResourceNames.EventIngest.Replace('-', '_')}={IngestReplicas}");
    }
}
