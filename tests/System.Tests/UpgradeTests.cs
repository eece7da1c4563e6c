using System.Net;
using Npgsql;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>While services are replaced one by one, old ones work on a database that a newer one has already changed.</summary>
[Collection(OneSystemAtATime.Name)]
public sealed class UpgradeTests(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis) : IDisposable
{
    // What a later version may do: it adds, and takes nothing away.
    private const string LaterMigration = """
        ALTER TABLE runs ADD COLUMN colour text NULL, ADD COLUMN weight double precision NOT NULL DEFAULT 1;
        CREATE TABLE ideas (id bigint PRIMARY KEY, run_id text NOT NULL);
        INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Colours', '99.0.0');
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task An_older_store_serves_on_and_starts_again_after_a_newer_one_has_migrated()
    {
        await using var system = await DistributedSystem.StartAsync(
            postgres, rabbitMq, redis, data.File("artifacts"), new(Store: 2, Workers: 1));
        using var client = new TrainyardClient(system.Address);
        await client.ReadyAsync(Limit);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, "before"));
        await client.UntilThereAsync("/api/runs/before", Limit);

        await using (var database = new NpgsqlConnection(system.Database))
        {
            await database.OpenAsync();
            await using var migrate = new NpgsqlCommand(LaterMigration, database);
            await migrate.ExecuteNonQueryAsync();
        }
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, "after"));
        await client.UntilThereAsync("/api/runs/after", Limit);

        var store = system.Store;
        await store.StopAsync();
        await system.ReplaceAsync(store);
        await client.ReadyAsync(Limit);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, "again"));
        await client.UntilThereAsync("/api/runs/again", Limit);
    }

    public void Dispose() => data.Dispose();

    private static Task<HttpStatusCode> PostAsync(TrainyardClient client, string run) =>
        client.PostEventsAsync($$$"""{"event":"ml.run.metric","trial_id":"{{{run}}}","measurements":{"loss":0.5}}""");
}
