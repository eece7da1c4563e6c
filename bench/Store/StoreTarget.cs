using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore;
using Trainyard.ExperimentStore.Events;
using Trainyard.Harness;
using Trainyard.Harness.Processes;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.Bench.Store;

/// <summary>The experiment store alone, in this process, on a durable database.</summary>
internal sealed class StoreTarget : IAsyncDisposable
{
    private readonly WebApplication store;
    private readonly TemporaryFolder data;
    private readonly Server[] needed;

    private StoreTarget(string name, WebApplication store, TemporaryFolder data, Server[] needed)
    {
        (Name, this.store, this.data, this.needed) = (name, store, data, needed);
        Http = new HttpClient { BaseAddress = new Uri(store.Urls.First()), Timeout = TimeSpan.FromMinutes(30) };
    }

    public string Name { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => store.Services;

    /// <summary>Null for SQLite.</summary>
    public string? ConnectionString { get; private init; }

    public static IEnumerable<Func<Task<StoreTarget>>> All(ParseResult options)
    {
        if (options.Includes("sqlite"))
        {
            yield return () => StartAsync("sqlite");
        }
        if (options.Includes("postgres"))
        {
            yield return () => StartAsync("postgres");
        }
    }

    /// <summary>Stores events as one batch.</summary>
    public async Task StoreAsync(IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        await Services.GetRequiredService<EventWriter>()
            .StoreAsync([new(new(Guid.CreateVersion7(now), now, [new(null, "bench", events)]), redelivered: false)], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await store.StopAsync();
        await store.DisposeAsync();
        foreach (var server in needed)
        {
            await server.DisposeAsync();
        }
        data.Dispose();
    }

    private static async Task<StoreTarget> StartAsync(string database)
    {
        var redis = new RedisServer();
        var postgres = database == "postgres" ? new PostgresServer { Durable = true } : null;
        Server[] servers = postgres is null ? [redis] : [redis, postgres];
        await Task.WhenAll(servers.Select(server => server.InitializeAsync().AsTask()));
        var folder = new TemporaryFolder();
        var connection = postgres is null ? null : await postgres.CreateDatabaseAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["APP:DATA_ROOT"] = folder.Path,
            ["APP:CORPUS_ROOT"] = folder.Path,
            ["BUS:TRANSPORT"] = "InMemory",
            ["DATABASE:PROVIDER"] = database,
            ["ConnectionStrings:trials"] = connection,
            ["ConnectionStrings:redis"] = redis.ConnectionString,
            ["RETENTION:KEEP_RAW_FOREVER"] = "true",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.AddExperimentStore();
        builder.AddBus();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapExperimentStore();
        await app.StartAsync();
        return new(postgres is null ? "SQLite" : "Postgres", app, folder, servers) { ConnectionString = connection };
    }
}
