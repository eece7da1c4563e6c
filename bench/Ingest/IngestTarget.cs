using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.Bench.Ingest;

/// <summary>A running Trainyard to post to: Standalone, or every service as its own process on durable servers.</summary>
internal sealed class IngestTarget : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> owned = new();

    private IngestTarget(string name) => Name = name;

    public string Name { get; }

    public required Uri Address { get; init; }

    /// <summary>The connection string of its Postgres; null on SQLite.</summary>
    public string? Database { get; private init; }

    /// <summary>Memory of Standalone, or of the store in the distributed system.</summary>
    public required Func<long> ResidentBytes { get; init; }

    public static async Task<IngestTarget> StandaloneAsync()
    {
        var data = new TemporaryFolder();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["APP__DATA_ROOT"] = data.Path };
        var process = await TrainyardProcess.StartAsync("Standalone", settings);
        var target = new IngestTarget("Standalone, SQLite") { Address = process.Address, ResidentBytes = () => process.ResidentBytes };
        target.owned.Push(new Folder(data));
        target.owned.Push(process);
        return await target.ReadyAsync();
    }

    /// <summary>CPU time so far of all replicas of a service; zero in Standalone.</summary>
    public Func<string, TimeSpan> ProcessorTime { get; private init; } = _ => TimeSpan.Zero;

    public static async Task<IngestTarget> DistributedAsync(Replicas? replicas = null)
    {
        var (postgres, rabbitMq, redis) = (new PostgresServer { Durable = true }, new RabbitMqServer(), new RedisServer());
        await Task.WhenAll(new Server[] { postgres, rabbitMq, redis }.Select(server => server.InitializeAsync().AsTask()));
        var data = new TemporaryFolder();
        var system = await DistributedSystem.StartAsync(postgres, rabbitMq, redis, data.Path, replicas);
        var target = new IngestTarget("distributed, Postgres and RabbitMQ")
        {
            Address = system.Address,
            Database = postgres.ConnectionString,
            ResidentBytes = () => system.Store.ResidentBytes,
            ProcessorTime = service => system.Of(service).Aggregate(TimeSpan.Zero, (sum, process) => sum + process.ProcessorTime),
        };
        foreach (var resource in new IAsyncDisposable[] { new Folder(data), redis, rabbitMq, postgres, system })
        {
            target.owned.Push(resource);
        }
        return await target.ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        while (owned.TryPop(out var resource))
        {
            await resource.DisposeAsync();
        }
    }

    private async Task<IngestTarget> ReadyAsync()
    {
        using var client = new TrainyardClient(Address);
        await client.ReadyAsync(TimeSpan.FromMinutes(1));
        return this;
    }

    private sealed class Folder(TemporaryFolder folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
