using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests;

/// <summary>An empty database with the current schema, migrated once per provider and copied for every test.</summary>
internal static class MigratedDatabase
{
    private static readonly ConcurrentDictionary<PostgresServer, Lazy<Task<string>>> OnServers = new();
    private static readonly Lock Guard = new();
    private static Task<byte[]>? sqliteFile;

    /// <returns>The connection string of the template on this server. Nothing is connected to it.</returns>
    public static Task<string> OnAsync(PostgresServer server, string? redis) =>
        OnServers.GetOrAdd(server, postgres => new(() => MigratePostgresAsync(postgres, redis))).Value;

    public static async Task CopySqliteAsync(string path, string? redis)
    {
        Task<byte[]> template;
        lock (Guard)
        {
            template = sqliteFile ??= MigrateSqliteAsync(redis);
        }
        await File.WriteAllBytesAsync(path, await template);
    }

    private static async Task<string> MigratePostgresAsync(PostgresServer server, string? redis)
    {
        // A connection kept in the pool would forbid the copies.
        var connectionString = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { Pooling = false }.ConnectionString;
        await StartOnceAsync(redis, new() { ["DATABASE:PROVIDER"] = "postgres", ["ConnectionStrings:trials"] = connectionString });
        return connectionString;
    }

    private static async Task<byte[]> MigrateSqliteAsync(string? redis)
    {
        var folder = Directory.CreateTempSubdirectory("trainyard-template-");
        try
        {
            await StartOnceAsync(redis, new()
            {
                ["DATABASE:PROVIDER"] = "sqlite",
                ["APP:DATA_ROOT"] = folder.FullName,
                ["APP:CORPUS_ROOT"] = folder.FullName,
            });
            // The last connection that closes writes the log into the file.
            return await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "trainyard.db"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task StartOnceAsync(string? redis, Dictionary<string, string?> settings)
    {
        settings["ConnectionStrings:redis"] = redis;
        await using var store = await StoreHost.StartAsync(settings);
        await store.Services.GetRequiredService<SchemaMigration>().CompletedAsync(CancellationToken.None);
    }
}
