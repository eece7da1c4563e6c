
namespace Trainyard.Servers.Processes;

/// <summary>Every service as a process of its own, with the environment the AppHost gives it.</summary>
public sealed class DistributedSystem : IAsyncDisposable
{
    private readonly Dictionary<string, string> environment;
    private readonly List<TrainyardProcess> processes = [];

    private DistributedSystem(Dictionary<string, string> environment) => this.environment = environment;

    public Uri Address => processes[^1].Address;

    public TrainyardProcess Store => processes[0];

    public List<TrainyardProcess> Workers { get; } = [];

    public static async Task<DistributedSystem> StartAsync(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis, string artifacts)
    {
        var system = new DistributedSystem(new Dictionary<string, string>
        {
            ["ConnectionStrings__trials"] = $"{postgres.ConnectionString};Database=trials_{Guid.NewGuid():N}",
            ["ConnectionStrings__rabbitmq"] = rabbitMq.ConnectionString,
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["APP__ARTIFACTS_ROOT"] = artifacts,
            ["APP__CORPUS_ROOT"] = Repository.Root,
        });
        try
        {
            await system.StartServicesAsync();
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }

    private async Task StartServicesAsync()
    {
        var store = await StartAsync("ExperimentStore");
        var ingest = await StartAsync("EventIngest");
        var tokenizers = await StartAsync("TokenizerService");
        Workers.Add(await StartAsync("TrainerWorker"));
        Workers.Add(await StartAsync("TrainerWorker"));
        environment["services__experiment-store__http__0"] = store.Address.ToString();
        environment["services__event-ingest__http__0"] = ingest.Address.ToString();
        environment["services__tokenizer-service__http__0"] = tokenizers.Address.ToString();
        environment["services__trainer-worker__http__0"] = Workers[0].Address.ToString();
        environment["services__trainer-worker__http__1"] = Workers[1].Address.ToString();
        await StartAsync("Gateway");
    }

    private async Task<TrainyardProcess> StartAsync(string project)
    {
        var process = await TrainyardProcess.StartAsync(project, environment);
        processes.Add(process);
        return process;
    }
}
