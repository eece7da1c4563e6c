using Trainyard.Contracts.Events;
using Trainyard.Servers;

namespace Trainyard.ExperimentStore.Tests.Events;

public class OnceTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_request_repeated_in_another_batch_changes_nothing(string database)
    {
        await using var store = await StartAsync(database);

        var first = await store.StoreAsync("key", Event.Metric("r", 1, "loss", 2));
        var second = await store.StoreAsync("key", Event.Metric("r", 1, "loss", 2));

        Assert.Equal((1, 0), (first.Stored, first.Repeated));
        Assert.Equal((0, 1), (second.Stored, second.Repeated));
        Assert.Equal(1, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_request_repeated_within_a_batch_is_stored_once(string database)
    {
        await using var store = await StartAsync(database);

        var stored = await store.StoreAsync(Request("key"), Request("other"), Request("key"), Request("c:1"), Request("c:1"));

        Assert.Equal((3, 2), (stored.Stored, stored.Repeated));
        Assert.Equal(3, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Sequences_stored_out_of_order_lose_nothing_and_repeat_nothing(string database)
    {
        await using var store = await StartAsync(database);
        long[] order = [5, 1, 4, 9, 2, 3, 8, 6, 7, 0];

        foreach (var sequence in order)
        {
            Assert.Equal(1, (await store.StoreAsync($"client:{sequence}", Event.Metric("r", sequence, "loss", 1))).Stored);
        }
        foreach (var sequence in order)
        {
            Assert.Equal(1, (await store.StoreAsync($"client:{sequence}", Event.Metric("r", sequence, "loss", 1))).Repeated);
        }

        Assert.Equal(10, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_same_keys_stored_by_many_at_once_count_once_each(string database)
    {
        await using var store = await StartAsync(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => store.StoreAsync(
            Request("key"), Request("client:1"), Request("client:2")))));

        Assert.Equal(3, answers.Sum(answer => answer.Stored));
        Assert.Equal(33, answers.Sum(answer => answer.Repeated));
        Assert.Equal(3, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_event_whose_sender_gave_its_id_is_stored_once(string database)
    {
        await using var store = await StartAsync(database);
        var one = Event.Metric("r", 1, "loss", 2) with { SenderGaveId = true };

        await store.StoreAsync(one, one);
        await store.StoreAsync(one, Event.Metric("r", 2, "loss", 1));

        Assert.Equal(2, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Keys_no_index_could_hold_are_remembered_too(string database)
    {
        await using var store = await StartAsync(database);
        string[] keys = [new('k', 100_000), $"{new string('c', 100_000)}:7", "nul\0:1", "half\ud800"];

        foreach (var key in keys)
        {
            Assert.Equal(1, (await store.StoreAsync(key, Event.Metric("r", 1, "loss", 2))).Stored);
            Assert.Equal(1, (await store.StoreAsync(key, Event.Metric("r", 1, "loss", 2))).Repeated);
        }
    }

    private static AcceptedRequest Request(string key) => new(key, "req", [Event.Metric("r", 1, "loss", 2)]);

    private static async Task<long> CountAsync(StoreHost store, string run) =>
        (await store.GetAsync($"/api/runs/{run}/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64();
}
