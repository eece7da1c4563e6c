using Microsoft.AspNetCore.Builder;
using Trainyard.Servers;

namespace Trainyard.ExperimentStore.Tests;

/// <summary>Both databases the store runs on.</summary>
public sealed class BothDatabases : TheoryData<string>
{
    public BothDatabases()
    {
        Add("sqlite");
        Add("postgres");
    }
}

/// <summary>Starts stores, each on a database of its own.</summary>
public abstract class StoreTests(PostgresServer postgres, RedisServer redis)
{
    private protected async Task<StoreHost> StartAsync(
        string database, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null, params (string Name, string Value)[] settings) =>
        await StoreHost.StartAsync(await SettingsAsync(database, settings), clock, configure);

    private protected async Task<Dictionary<string, string?>> SettingsAsync(string database, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["DATABASE:PROVIDER"] = database,
            // Channels are the server's: a prefix keeps a test's announcements to itself.
            ["ConnectionStrings:redis"] = $"{redis.ConnectionString},channelPrefix={Guid.NewGuid():N}",
        };
        if (database == "postgres")
        {
            all["ConnectionStrings:trials"] = await postgres.CreateDatabaseAsync(await MigratedDatabase.OnAsync(postgres, redis.ConnectionString));
        }
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }
        return all;
    }

    /// <summary>Until every dependency answers, the bus among them: only then does a published message find its queue.</summary>
    private protected static async Task UntilReadyAsync(StoreHost store) =>
        (await UntilAsync(() => store.Http.GetAsync(new Uri("/readyz", UriKind.Relative)), answer => answer.IsSuccessStatusCode)).Dispose();

    /// <summary>Waits until something is so; fails after half a minute.</summary>
    private protected static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> holds)
    {
        for (var tries = 0; ; tries++)
        {
            var value = await read();
            if (holds(value))
            {
                return value;
            }
            Assert.True(tries < 600, $"After half a minute it was still {value}.");
            await Task.Delay(50);
        }
    }
}
