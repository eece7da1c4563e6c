using System.Text.Json;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Experiments.Search;

/// <summary>Nested keys and keys with dots in them.</summary>
public class LiteralKeyTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Backticks_mean_the_key_with_the_dot(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            Described("both", """{"a":{"b":1},"a.b":2}"""), Described("turned", """{"a.b":2,"a":{"b":1}}"""),
            Described("nested", """{"a":{"b":1}}"""), Described("dotted", """{"a.b":2}"""),
                Described("text", """{"a":{"b":"x"},"a.b":"y"}"""));

        Assert.Equal(["both", "nested", "turned"], await FoundAsync(store, "params.a.b = 1"));
        Assert.Equal(["dotted"], await FoundAsync(store, "params.a.b = 2"));
        Assert.Equal(["both", "dotted", "turned"], await FoundAsync(store, "params.`a.b` = 2"));
        Assert.Equal(["nested"], await FoundAsync(store, "params.`a.b` = 1"));
        Assert.Equal(["text"], await FoundAsync(store, "params.`a.b` = 'y'"));
        Assert.Equal(["text"], await FoundAsync(store, "params.a.b LIKE 'x%'"));
        Assert.Equal(["both", "dotted", "turned"], await FoundAsync(store, "params.\"a.b\" > 1"));
    }

    private static Contracts.Events.RunStarted Described(string run, string config) =>
        Event.Start(run) with { Hyperparams = JsonElement.Parse(config) };

    private static async Task<IEnumerable<string?>> FoundAsync(StoreHost store, string filter) =>
        (await store.GetAsync($"/api/runs?filter={Uri.EscapeDataString(filter)}")).GetProperty("items").EnumerateArray()
            .Select(run => run.GetProperty("run_id").GetString()).Order();
}
