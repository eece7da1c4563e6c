using Microsoft.AspNetCore.Builder;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests;

/// <summary>The two databases that the store supports.</summary>
public sealed class BothDatabases : TheoryData<string>
{
    public BothDatabases()
    {
        Add("sqlite");
        Add("postgres");
    }
}

/// <summary>Starts stores, each with its own database.</summary>
public abstract class StoreTests(PostgresServer postgres, RedisServer redis)
{
    private protected async Task<StoreHost> StartAsync(
        string database, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null,
        params (string Name, string Value)[] settings) =>
        await StoreHost.StartAsync(await SettingsAsync(database, settings), clock, configure);

    private protected async Task<Dictionary<string, string?>> SettingsAsync(string database, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["DATABASE:PROVIDER"] = database,
            // Redis channels are shared per server. A prefix isolates each test's messages.
            ["ConnectionStrings:redis"] = $"{redis.ConnectionString},channelPrefix={Guid.NewGuid():N}",
        };
        if (database == "postgres")
        {
            all["ConnectionStrings:trials"] = await postgres.CreateDatabaseAsync(
                await MigratedDatabase.OnAsync(postgres, redis.ConnectionString));
        }
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }
        return all;
    }

    /// <summary>Waits until every dependency answers, including the bus, since earlier messages would find no queue.</summary>
    private protected static async Task UntilReadyAsync(StoreHost store) =>
        (await Wait.UntilAsync(
            () => store.Http.GetAsync(new Uri("/readyz", UriKind.Relative)), answer => answer.IsSuccessStatusCode)).Dispose();
}
