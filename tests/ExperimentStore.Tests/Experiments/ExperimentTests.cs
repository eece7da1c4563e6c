using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Experiments;

public class ExperimentTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Experiments_are_filed_in_folders_and_changed(string database)
    {
        await using var store = await StartAsync(database);
        foreach (var (id, folder) in new[] { ("a", "nlp/ablation"), ("b", " nlp / ablation//deep/ "), ("c", "nlp"), ("d", "nlp%"),
            ("e", ""), ("f", "nlpx") })
        {
            await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = id, folder });
        }

        Assert.Equal(["a", "b", "c"], Ids(await store.GetAsync("/api/experiments?folder=nlp")));
        Assert.Equal(["a", "b"], Ids(await store.GetAsync("/api/experiments?folder=nlp/ablation")));
        Assert.Equal(["d"], Ids(await store.GetAsync("/api/experiments?folder=nlp%25")));
        Assert.Equal(6, Ids(await store.GetAsync("/api/experiments?folder=/")).Count);
        var tree = await store.GetAsync("/api/experiments/folders");
        Assert.Equal((1, 6), (tree.GetProperty("experiments").GetInt32(), tree.GetProperty("total").GetInt32()));
        Assert.Equal(["nlp 1 3", "nlp% 1 1", "nlpx 1 1"], tree.GetProperty("folders").EnumerateArray().Select(Counts));
        Assert.Equal(["nlp/ablation 1 2"], tree.GetProperty("folders")[0].GetProperty("folders").EnumerateArray().Select(Counts));

        var changed = await store.SendAsync(
            HttpMethod.Put, "/api/experiments/a", new { name = "Norms", folder = "done", notes = "n", tags = new { team = "nlp" } });
        Assert.Equal(("Norms", "done", "n", """{"team":"nlp"}"""),
            (Text(changed, "name"), Text(changed, "folder"), Text(changed, "notes"), changed.GetProperty("tags").GetRawText()));
        Assert.Equal("done", Text(await store.SendAsync(HttpMethod.Put, "/api/experiments/a", new { description = "d" }), "folder"));

        foreach (var folder in (string[])["a/../b", ".", "a\u0001", string.Join('/', Enumerable.Repeat("x", 11)), new('x', 257)])
        {
            Assert.Equal("CONFIG_INVALID",
                (await store.RefusedAsync(HttpMethod.Put, "/api/experiments/a", JsonSerializer.Serialize(new { folder }))).Code);
        }
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Put, "/api/experiments/a", """{"experiment_id":"z"}""")).Code);
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Put, "/api/experiments/none", "{}")).Code);

        static string Counts(JsonElement folder) =>
            $"{Text(folder, "path")} {folder.GetProperty("experiments")} {folder.GetProperty("total")}";
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_experiment_is_deleted_with_its_runs_and_restored_with_them(string database)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var store = await StartAsync(database, clock);
        await store.StoreAsync(Event.Start("early") with { ExperimentId = "e" }, Event.Start("r") with { ExperimentId = "e" },
            Event.Start("s") with { ExperimentId = "e" });
        await store.SendAsync(HttpMethod.Delete, "/api/runs/early");
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Delete, "/api/experiments/e")).Code);
        await store.SendAsync(HttpMethod.Post, "/api/runs/s/lock");
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Delete, "/api/experiments/e?runs=true")).Code);
        Assert.Equal(2, (await store.GetAsync("/api/experiments/e/trials")).GetProperty("items").GetArrayLength());
        await store.SendAsync(HttpMethod.Post, "/api/runs/s/unlock");
        await store.SendAsync(HttpMethod.Delete, "/api/experiments/e?runs=true");

        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/experiments/e")).Code);
        Assert.Empty(Ids(await store.GetAsync("/api/experiments")));
        Assert.Equal(["e"], Ids(await store.GetAsync("/api/experiments?deleted=true")));
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1) with { ExperimentId = "e" });
        Assert.Equal(["e"], Ids(await store.GetAsync("/api/experiments?deleted=true")));

        await store.SendAsync(HttpMethod.Post, "/api/experiments/e/restore");
        Assert.Equal(
            ["r", "s"], (await store.GetAsync("/api/experiments/e/trials")).GetProperty("items").EnumerateArray()
            .Select(run => Text(run, "run_id")).Order());
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/experiments/e/restore")).Code);

        await store.SendAsync(HttpMethod.Delete, "/api/experiments/e?runs=true");
        await store.StoreAsync(Event.Start("new") with { ExperimentId = "e" });
        Assert.Equal(
            ["new"], (await store.GetAsync("/api/experiments/e/trials")).GetProperty("items").EnumerateArray()
            .Select(run => Text(run, "run_id")));
        await store.SendAsync(HttpMethod.Post, "/api/experiments/e/restore");
        Assert.Equal(
            ["new", "r", "s"], (await store.GetAsync("/api/experiments/e/trials")).GetProperty("items").EnumerateArray()
            .Select(run => Text(run, "run_id")).Order());
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/experiments/e/restore")).Code);

        await store.SendAsync(HttpMethod.Delete, "/api/experiments/e?runs=true");
        clock.AdjustTime(clock.GetUtcNow().AddDays(8));
        await store.Services.GetRequiredService<RunRemoval>().CatchUpAsync(CancellationToken.None);
        Assert.Empty(Ids(await store.GetAsync("/api/experiments?deleted=true")));
        Assert.Empty((await store.GetAsync("/api/runs?deleted=true")).GetProperty("items").EnumerateArray());
    }

    private static List<string?> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(item => Text(item, "experiment_id")).Order()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
