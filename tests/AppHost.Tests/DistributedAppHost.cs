using Trainyard.Contracts;
using Trainyard.Harness;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RabbitMqServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]

namespace Trainyard.AppHost.Tests;

/// <summary>One AppHost with every service for the tests that only use it. The first test that asks waits for its start.</summary>
public sealed class DistributedAppHost(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis) : IAsyncDisposable
{
    public const int IngestReplicas = 2;

    private readonly SemaphoreSlim starting = new(1);
    private RunningAppHost? running;

    internal async Task<RunningAppHost> RunningAsync()
    {
        await starting.WaitAsync();
        try
        {
            return running ??= await RunningAppHost.StartAsync(
                postgres, rabbitMq, redis, $"--Replicas:{ResourceNames.EventIngest.Replace('-', '_')}={IngestReplicas}");
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
        starting.Dispose();
    }
}
