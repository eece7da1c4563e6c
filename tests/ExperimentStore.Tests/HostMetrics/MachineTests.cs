using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Trainyard.ExperimentStore.HostMetrics;
using Trainyard.ExperimentStore.Tests.Live;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.HostMetrics;

public class MachineTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task The_state_of_the_machine_is_reported_and_refreshed()
    {
        await using var store = await StartAsync("sqlite", settings: ("SYSTEM:SAMPLE_SECONDS", "0.1"));
        var first = await store.GetAsync("/api/system/status");

        var status = await Wait.UntilAsync(
            () => store.GetAsync("/api/system/status"),
            now => now.GetProperty("time").GetDateTimeOffset() > first.GetProperty("time").GetDateTimeOffset());

        Assert.Equal(Environment.ProcessorCount, status.GetProperty("cores").GetInt32());
        Assert.InRange(status.GetProperty("process").GetProperty("cpu_percent").GetDouble(), 0, 100);
        Assert.True(status.GetProperty("process").GetProperty("memory_bytes").GetInt64() > 1_000_000);
        var (memory, disk) = (status.GetProperty("memory"), status.GetProperty("disk"));
        Assert.True(memory.GetProperty("total_bytes").GetInt64() > 1_000_000);
        Assert.InRange(disk.GetProperty("free_bytes").GetInt64(), 0, disk.GetProperty("total_bytes").GetInt64());
        Assert.StartsWith("10.", status.GetProperty("versions").GetProperty("dotnet").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, status.GetProperty("gpus").ValueKind);
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(status.GetProperty("cpu_percent").GetDouble(), 0, 100);
            Assert.InRange(memory.GetProperty("available_bytes").GetInt64(), 1, memory.GetProperty("total_bytes").GetInt64());
            Assert.True(disk.GetProperty("written_bytes_per_second").GetDouble() >= 0);
            Assert.True(status.GetProperty("network").GetProperty("received_bytes_per_second").GetDouble() >= 0);
        }
    }

    [Fact]
    public async Task Samples_before_the_database_is_there_are_reported_and_logged_as_no_fault()
    {
        var logged = new FakeLoggerProvider();
        var settings = await SettingsAsync(
            "postgres",
            ("ConnectionStrings:trials", "Host=127.0.0.1;Port=1;Username=u;Database=d;Timeout=2"), ("SYSTEM:SAMPLE_SECONDS", "0.1"));
        await using var store = await StoreHost.StartAsync(settings, configure: builder => builder.Logging.AddProvider(logged));
        var monitor = store.Services.GetRequiredService<MachineMonitor>();
        var first = await monitor.StatusAsync(TestContext.Current.CancellationToken);

        await Wait.UntilAsync(
            () => monitor.StatusAsync(TestContext.Current.CancellationToken), now => now.Time > first.Time + TimeSpan.FromSeconds(0.3));

        Assert.DoesNotContain(
            logged.Collector.GetSnapshot(), entry => entry.Message.Contains("machine's state", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Samples_are_stored_and_sent_to_subscribers_of_everything(string database)
    {
        await using var store = await StartAsync(database, settings: [("SYSTEM:SAMPLE_SECONDS", "0.1"), ("SYSTEM:INSTANCE_ID", "lab-1")]);
        using var peer = await Peer.SubscribeAsync(store, "*");

        var heard = await Peer.HearAsync(peer);
        Assert.Equal(("system", "lab-1", JsonValueKind.Null),
            (heard.GetProperty("type").GetString(), heard.GetProperty("instance_id").GetString(), heard.GetProperty("run_id").ValueKind));
        Assert.True(heard.GetProperty("metrics").GetProperty("process_memory_bytes").GetDouble() > 1_000_000);

        var history = await Wait.UntilAsync(
            () => store.GetAsync("/api/system/history"), now =>
            now.GetProperty("instances").GetArrayLength() == 1 && now.GetProperty("instances")[0].GetProperty("count").GetInt32() >= 3);
        var instance = history.GetProperty("instances")[0];
        Assert.Equal("lab-1", instance.GetProperty("instance_id").GetString());
        Assert.Equal(instance.GetProperty("times").GetArrayLength(),
            instance.GetProperty("values").GetProperty("process_memory_bytes").GetArrayLength());
        Assert.Empty((await store.GetAsync("/api/system/history?instance_id=another")).GetProperty("instances").EnumerateArray());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_clock_that_is_ahead_for_a_moment_deletes_no_sample(string database)
    {
        var clock = new SettableClock(Event.Noon);
        await using var store = await StartAsync(database, clock);
        var history = store.Services.GetRequiredService<MachineHistory>();
        await history.AddAsync("one", "host", Event.Noon, new Dictionary<string, double> { ["cpu"] = 1 }, CancellationToken.None);

        clock.Ahead = TimeSpan.FromDays(400);
        await history.AgeAsync(CancellationToken.None);

        Assert.Equal(1, (await store.GetAsync(
            "/api/system/history?instance_id=one&from=2026-03-04T00:00:00Z&to=2026-03-06T00:00:00Z"))
            .GetProperty("instances")[0].GetProperty("count").GetInt32());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Old_samples_become_minute_means_and_older_ones_are_deleted(string database)
    {
        var clock = new FakeTimeProvider(Event.Noon);
        await using var store = await StartAsync(database, clock, settings: [("SYSTEM:KEEP_DAYS", "0.5"), ("SYSTEM:RAW_HOURS", "1")]);
        var history = store.Services.GetRequiredService<MachineHistory>();
        for (var second = 0; second < 240; second += 20)
        {
            await AddAsync("old", second, new() { ["cpu"] = second, ["odd"] = second >= 60 ? 1 : double.NaN });
            await AddAsync("other", second, new() { ["cpu"] = 1 });
        }

        clock.Advance(TimeSpan.FromMinutes(63));
        await AddAsync("old", 63 * 60, new() { ["new"] = 5, ["cpu"] = 7 });
        await history.AgeAsync(CancellationToken.None);
        await history.AgeAsync(CancellationToken.None);

        var old = await InstanceAsync("old", "");
        // Three full minutes; the fourth is less than an hour old.
        Assert.Equal(3 + 3 + 1, old.GetProperty("count").GetInt32());
        Assert.Equal([20, 80, 140, 180, 200, 220, 7], Numbers(old, "cpu"));
        Assert.Equal([null, 1, 1, 1, 1, 1, null], Numbers(old, "odd"));
        Assert.Equal([null, null, null, null, null, null, 5], Numbers(old, "new"));
        Assert.Equal(Event.Noon.AddMinutes(1), old.GetProperty("times")[1].GetDateTimeOffset());
        Assert.Equal(
            ["cpu"], (await InstanceAsync("old", "&keys=cpu,none")).GetProperty("values").EnumerateObject().Select(value => value.Name));

        var few = await InstanceAsync("old", "&max_points=3&to=2026-03-04T12:04:00Z&from=2026-03-04T12:00:00Z");
        Assert.True(few.GetProperty("summarised").GetBoolean());
        Assert.InRange(few.GetProperty("times").GetArrayLength(), 2, 3);

        clock.Advance(TimeSpan.FromHours(13));
        await AddAsync("old", 14 * 3600, new() { ["cpu"] = 1 });
        await history.AgeAsync(CancellationToken.None);
        Assert.Equal(1, (await InstanceAsync("old", "")).GetProperty("count").GetInt32());
        Assert.Single((await store.GetAsync("/api/system/history?from=2026-01-01T00:00:00Z")).GetProperty("instances").EnumerateArray());

        Task AddAsync(string instance, int second, Dictionary<string, double> values) =>
            history.AddAsync(instance, "host", Event.Noon.AddSeconds(second), values, CancellationToken.None);

        async Task<JsonElement> InstanceAsync(string id, string more)
        {
            var range = more.Contains("from", StringComparison.Ordinal) ? "" : "&from=2026-03-04T00:00:00Z&to=2026-03-06T00:00:00Z";
            return (await store.GetAsync($"/api/system/history?instance_id={id}{range}{more}")).GetProperty("instances")[0];
        }
    }

    [Fact]
    public async Task An_invalid_history_query_is_refused()
    {
        await using var store = await StartAsync("sqlite");

        foreach (var query in (
            string[])["from=2026-03-04T12:00:00Z&to=2026-03-04T12:00:00Z", "max_points=0", "max_points=10001", "from=yesterday", "key=cpu"])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Get, $"/api/system/history?{query}")).Code);
        }
    }

    private static IEnumerable<double?> Numbers(JsonElement instance, string key) =>
        instance.GetProperty("values").GetProperty(key).EnumerateArray()
            .Select(value => value.ValueKind is JsonValueKind.Null ? (double?)null : value.GetDouble());
}
