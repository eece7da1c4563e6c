using System.Net;
using Npgsql;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Storage;

public class StartTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private readonly PostgresServer postgres = postgres;

    [Fact]
    public async Task Replicas_that_start_at_once_make_the_database_once()
    {
        var trials = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            Database = $"test_{Guid.NewGuid():N}",
            MaxPoolSize = 10,
        };
        var settings = await SettingsAsync("postgres", ("ConnectionStrings:trials", trials.ConnectionString));

        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StoreHost.StartAsync(settings)));
        foreach (var replica in replicas)
        {
            await UntilReadyAsync(replica);
            await replica.StoreAsync(Event.Metric("r", null, "loss", 1));
        }

        Assert.Equal(
            4, (await replicas[0].GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64());
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_migration_may_take_longer_than_a_request()
    {
        var trials = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { CommandTimeout = 1 }.ConnectionString;
        await using var slow = new NpgsqlConnection(trials);
        await slow.OpenAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand("""
            CREATE FUNCTION linger() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.runs' AND command_tag = 'CREATE TABLE')
                THEN PERFORM pg_sleep(2.5); END IF;
            END $$;
            CREATE EVENT TRIGGER linger ON ddl_command_end EXECUTE FUNCTION linger();
            """, slow))
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var store = await StoreHost.StartAsync(await SettingsAsync("postgres", ("ConnectionStrings:trials", trials)));

        await UntilReadyAsync(store);
        Assert.Equal(1, (await store.StoreAsync(Event.Metric("r", null, "loss", 1))).Stored);
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_not_ready_and_what_it_is_asked_to_store_comes_later()
    {
        var settings = await SettingsAsync("postgres");
        await using var store = await StoreHost.StartAsync(settings);
        await UntilReadyAsync(store);
        var trials = new NpgsqlConnectionStringBuilder(settings["ConnectionStrings:trials"])
        {
            Pooling = false,
            Options = "-c default_transaction_read_only=off",
        };
        await DoAsync("SET default_transaction_read_only = on");

        (await Wait.UntilAsync(
            () => store.Http.GetAsync(new Uri("/readyz", UriKind.Relative)),
            answer => answer.StatusCode is HttpStatusCode.ServiceUnavailable)).Dispose();
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "BACKEND_UNAVAILABLE"),
            (await store.RefusedAsync(HttpMethod.Post, "/api/runs", """{"name":"r"}""")) is var refused
                ? (refused.Status, refused.Code)
                : default);
        // It answers, so that is not what is wrong with it.
        await store.GetAsync("/api/runs");
        using (var ready = await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative)))
        {
            Assert.Contains(
                "\"database\":{\"status\":\"unhealthy\"",
                await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }
        await DoAsync("RESET default_transaction_read_only");

        await UntilReadyAsync(store);
        Assert.Equal(1, (await store.StoreAsync(Event.Metric("r", null, "loss", 1))).Stored);

        async Task DoAsync(string change)
        {
            await using var admin = new NpgsqlConnection(trials.ConnectionString);
            await admin.OpenAsync();
            await using var command = new NpgsqlCommand(
                $"""
                ALTER DATABASE "{trials.Database}" {change};
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = '{trials.Database}' AND pid <> pg_backend_pid()
                """,
                admin);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Without_its_database_the_store_is_alive_but_not_ready()
    {
        await using var store = await StoreHost.StartAsync(await SettingsAsync(
            "postgres", ("ConnectionStrings:trials", "Host=127.0.0.1;Port=1;Username=u;Database=d;Timeout=2")));

        Assert.Equal(HttpStatusCode.OK, (await store.Http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
        using var ready = await store.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("\"database\":{\"status\":\"unhealthy\"", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_committed_is_there_when_the_store_starts_again()
    {
        var folder = Directory.CreateTempSubdirectory("trainyard-store-").FullName;
        var settings = await SettingsAsync("sqlite", ("APP:DATA_ROOT", folder));

        await using (var first = await StoreHost.StartAsync(settings))
        {
            await first.StoreAsync(
                "client:1", Event.Metric("r", 1, "loss", double.NaN), Event.Metric("r", 2, "loss", double.PositiveInfinity));
        }
        await using (var second = await StoreHost.StartAsync(settings))
        {
            Assert.Equal(1, (await second.StoreAsync("client:1", Event.Metric("r", 1, "loss", 1))).Repeated);
            var series = (await second.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0];
            Assert.Equal(
                ("Infinity", 1, 1),
                (series.GetProperty("value").GetString(),
                    series.GetProperty("nan_count").GetInt64(),
                    series.GetProperty("infinite_count").GetInt64()));
        }
        Directory.Delete(folder, recursive: true);
    }
}
