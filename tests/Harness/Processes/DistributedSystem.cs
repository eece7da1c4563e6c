using System.Collections.Concurrent;
using Trainyard.Contracts;

namespace Trainyard.Harness.Processes;

/// <summary>How many of each service that may have replicas.</summary>
public sealed record Replicas(int Ingest = 1, int Store = 1, int Workers = 2);

/// <summary>Where the servers are.</summary>
public sealed record Connections(string Postgres, string RabbitMq, string Redis);

/// <summary>Every service as a process of its own, with just the environment that the AppHost gives it.</summary>
public sealed class DistributedSystem : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, List<TrainyardProcess>> processes = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<TrainyardProcess> ever = [];
    private readonly IReadOnlyDictionary<string, string> values;
    private readonly IReadOnlyDictionary<string, string> besides;
    private readonly TimeSpan startLimit;

    private DistributedSystem(
        IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> besides, TimeSpan startLimit) =>
        (this.values, this.besides, this.startLimit) = (values, besides, startLimit);

    public Uri Address => processes[ResourceNames.Gateway][0].Address;

    public TrainyardProcess Store => processes[ResourceNames.ExperimentStore][0];

    public IReadOnlyList<TrainyardProcess> Workers => processes[ResourceNames.TrainerWorker];

    /// <summary>How to reach its database.</summary>
    public string Database => values[ServiceTopology.ConnectionString(ResourceNames.Trials)];

    /// <summary>Every process that runs or ran.</summary>
    public IReadOnlyCollection<TrainyardProcess> Ever => ever;

    /// <summary>Every service, in the order in which they are started.</summary>
    public static IReadOnlyList<string> Services { get; } = [.. ServiceTopology.All.Select(service => service.Name)];

    public IReadOnlyList<TrainyardProcess> Of(string service) => [.. processes[service]];

    /// <param name="postgres">Gets a database of its own.</param>
    /// <param name="rabbitMq">The broker.</param>
    /// <param name="redis">Redis.</param>
    /// <param name="artifacts">The folder the services share.</param>
    /// <param name="replicas">How many of each.</param>
    /// <param name="besides">Environment variables for all, as a person sets them beside the AppHost's.</param>
    public static Task<DistributedSystem> StartAsync(
        PostgresServer postgres,
        RabbitMqServer rabbitMq,
        RedisServer redis,
        string artifacts,
        Replicas? replicas = null,
        IReadOnlyDictionary<string, string>? besides = null) =>
        StartAsync(
            new Connections(postgres.ConnectionString, rabbitMq.ConnectionString, redis.ConnectionString), artifacts, replicas, besides);

    public static async Task<DistributedSystem> StartAsync(
        Connections servers, string artifacts, Replicas? replicas = null, IReadOnlyDictionary<string, string>? besides = null,
        TimeSpan? startLimit = null)
    {
        var system = new DistributedSystem(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [ServiceTopology.ConnectionString(ResourceNames.Trials)] = $"{servers.Postgres};Database=trials_{Guid.NewGuid():N}",
                [ServiceTopology.ConnectionString(ResourceNames.RabbitMq)] = servers.RabbitMq,
                [ServiceTopology.ConnectionString(ResourceNames.Redis)] = servers.Redis,
                ["APP__ARTIFACTS_ROOT"] = artifacts,
                ["APP__CORPUS_ROOT"] = Repository.Root,
            },
            besides ?? new Dictionary<string, string>(StringComparer.Ordinal),
            startLimit ?? TrainyardProcess.UsualStartLimit);
        try
        {
            // A service needs the addresses of those it calls; services that call no other of the rest start at the same time.
            var rest = ServiceTopology.All.ToList();
            while (rest.Count > 0)
            {
                var wave = rest.Where(service => !rest.Exists(other => service.Services.Contains(other.Name))).ToList();
                await Task.WhenAll(wave.Select(service => system.StartAsync(service.Name, Count(service.Name, replicas ?? new()))));
                rest = [.. rest.Except(wave)];
            }
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts replicas of a service, besides those there are.</summary>
    public async Task<TrainyardProcess> StartAsync(string service, int count = 1)
    {
        var topology = ServiceTopology.All.Single(known => known.Name == service);
        var replicas = processes.GetOrAdd(service, _ => []);
        var started = await Task.WhenAll(Enumerable.Range(replicas.Count, count).Select(replica => StartAsync(topology, replica)));
        replicas.AddRange(started);
        return replicas[^1];
    }

    private async Task<TrainyardProcess> StartAsync(ServiceTopology topology, int replica)
    {
        var environment = EnvironmentOf(topology);
        NameForTelemetry(environment, topology.Name, replica);
        var process = await TrainyardProcess.StartAsync(topology.Project, environment, startLimit);
        ever.Add(process);
        return process;
    }

    /// <summary>Puts another in the place of one that has ended, at the same address.</summary>
    /// <param name="ended">The one that has ended.</param>
    /// <param name="environment">Environment variables the other gets besides.</param>
    public async Task ReplaceAsync(TrainyardProcess ended, IReadOnlyDictionary<string, string>? environment = null)
    {
        var again = await ended.StartAgainAsync(environment);
        ever.Add(again);
        var replicas = processes.Values.Single(all => all.Contains(ended));
        replicas[replicas.IndexOf(ended)] = again;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in ever)
        {
            await process.DisposeAsync();
        }
    }

    private Dictionary<string, string> EnvironmentOf(ServiceTopology topology)
    {
        // What the AppHost gives some of them, such as the gateway its key, only those get.
        var othersOnly = ServiceTopology.All.SelectMany(service => service.Environment).Except(topology.Environment, StringComparer.Ordinal)
            .ToHashSet(StringComparer.Ordinal);
        var environment = besides.Where(pair => !othersOnly.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var name in topology.Variables.Where(values.ContainsKey))
        {
            environment[name] = values[name];
        }
        foreach (var service in topology.Services)
        {
            for (var index = 0; index < processes[service].Count; index++)
            {
                environment[ServiceTopology.Address(service, index)] = processes[service][index].Address.ToString();
            }
        }
        return environment;
    }

    /// <summary>As Aspire names what exports: by its resource and, among replicas, by a suffix.</summary>
    private static void NameForTelemetry(Dictionary<string, string> environment, string service, int replica)
    {
        if (environment.ContainsKey("OTEL_EXPORTER_OTLP_ENDPOINT"))
        {
            environment["OTEL_SERVICE_NAME"] = service;
            environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={service}-{replica}";
        }
    }

    private static int Count(string service, Replicas replicas) => service switch
    {
        ResourceNames.EventIngest => replicas.Ingest,
        ResourceNames.ExperimentStore => replicas.Store,
        ResourceNames.TrainerWorker => replicas.Workers,
        _ => 1,
    };
}
