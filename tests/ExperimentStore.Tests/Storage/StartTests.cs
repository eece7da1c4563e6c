using System.Net;
using Npgsql;
using Trainyard.Servers;

namespace Trainyard.ExperimentStore.Tests.Storage;

public class StartTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private readonly PostgresServer postgres = postgres;

    [Fact]
    public async Task Replicas_that_start_at_once_make_the_database_once()
    {
        var trials = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = $"test_{Guid.NewGuid():N}", MaxPoolSize = 10 };
        var settings = await SettingsAsync("postgres", ("ConnectionStrings:trials", trials.ConnectionString));

        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StoreHost.StartAsync(settings)));
        foreach (var replica in replicas)
        {
            await UntilReadyAsync(replica);
            await replica.StoreAsync(Event.Metric("r", null, "loss", 1));
        }

        Assert.Equal(4, (await replicas[0].GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64());
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_its_database_the_store_is_alive_but_not_ready()
    {
        await using var store = await StoreHost.StartAsync(await SettingsAsync("postgres", ("ConnectionStrings:trials", "Host=127.0.0.1;Port=1;Username=u;Database=d;Timeout=2")));

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
            await first.StoreAsync("client:1", Event.Metric("r", 1, "loss", double.NaN), Event.Metric("r", 2, "loss", double.PositiveInfinity));
        }
        await using (var second = await StoreHost.StartAsync(settings))
        {
            Assert.Equal(1, (await second.StoreAsync("client:1", Event.Metric("r", 1, "loss", 1))).Repeated);
            var series = (await second.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0];
            Assert.Equal(("Infinity", 1, 1), (series.GetProperty("value").GetString(), series.GetProperty("nan_count").GetInt64(), series.GetProperty("infinite_count").GetInt64()));
        }
        Directory.Delete(folder, recursive: true);
    }
}
