using System.Net;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Runs;

public class OrganisingTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_deleted_run_still_stores_values_logged_over_http(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 9));
        await store.SendAsync(HttpMethod.Delete, "/api/runs/r");

        await store.SendAsync(HttpMethod.Post, "/api/runs/r/metrics", new { step = 2, metrics = new { loss = 8 } });

        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/runs/r/metrics")).Code);
        Assert.Equal(8, (await store.SendAsync(HttpMethod.Post, "/api/runs/r/restore")).GetProperty("metrics")
            .GetProperty("loss").GetDouble());
    }

    [Fact]
    public async Task The_files_of_a_deleted_run_can_be_read_only_after_it_is_restored()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1), Event.Metric("other", 1, "loss", 1));
        foreach (var run in (string[])["r", "other"])
        {
            var folder = Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", run)).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "text", TestContext.Current.CancellationToken);
        }
        string[] addresses = ["", "?archive=zip", "?archive=tar", "/notes.txt"];

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r");
        foreach (var address in addresses)
        {
            var refused = await store.RefusedAsync(HttpMethod.Get, $"/api/artifacts/models/r{address}");
            Assert.Equal((HttpStatusCode.NotFound, "RUN_NOT_FOUND"), (refused.Status, refused.Code));
        }
        Assert.False(await ExistsAsync("r"));
        Assert.True(await ExistsAsync("other"));
        await store.SendAsync(HttpMethod.Post, "/api/runs/r/restore");

        foreach (var address in addresses)
        {
            using var response = await store.Http.GetAsync(new Uri($"/api/artifacts/models/r{address}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.True(await ExistsAsync("r"));

        async Task<bool> ExistsAsync(string run)
        {
            var runs = store.Services.GetRequiredService<IClientFactory>().CreateRequestClient<FindRun>();
            return (await runs.GetResponse<RunFound>(new FindRun(run))).Message.Exists;
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_restored_run_has_the_events_that_arrived_while_it_was_deleted(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1), Event.Metric("other", 1, "loss", 1));

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r");
        await store.StoreAsync(Event.Metric("r", 2, "loss", 2));

        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/runs/r")).Code);
        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Delete, "/api/runs/r")).Code);
        Assert.Equal(["other"], Ids(await store.GetAsync("/api/runs")));
        var deleted = (await store.GetAsync("/api/runs?deleted=true&filter=metrics.loss%3D2")).GetProperty("items");
        Assert.Equal("r", Assert.Single(deleted.EnumerateArray()).GetProperty("run_id").GetString());
        Assert.NotNull(deleted[0].GetProperty("deleted_at").GetString());
        await store.Services.GetRequiredService<RunRemoval>().CatchUpAsync(CancellationToken.None);

        Assert.Equal(
            2, (await store.SendAsync(HttpMethod.Post, "/api/runs/r/restore")).GetProperty("metrics").GetProperty("loss").GetDouble());
        Assert.Equal(2, (await store.GetAsync("/api/runs/r/metrics")).GetProperty("series")[0].GetProperty("count").GetInt64());
        Assert.Empty(Ids(await store.GetAsync("/api/runs?deleted=true")));
        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/runs/none/restore")).Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_deleted_run_is_removed_with_its_files_after_a_week(string database)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var store = await StartAsync(database, clock);
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "r", config = new { lr = 1 }, tags = new { a = "1" } });
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var folder = Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", "r")).FullName;
        await store.SendAsync(HttpMethod.Delete, "/api/runs/r");
        var removal = store.Services.GetRequiredService<RunRemoval>();

        clock.AdjustTime(clock.GetUtcNow().AddDays(6.9));
        await removal.CatchUpAsync(CancellationToken.None);
        Assert.True(Directory.Exists(folder));
        Assert.Equal(["r"], Ids(await store.GetAsync("/api/runs?deleted=true")));

        clock.AdjustTime(clock.GetUtcNow().AddDays(0.2));
        await removal.CatchUpAsync(CancellationToken.None);
        Assert.False(Directory.Exists(folder));
        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/restore")).Code);
        Assert.Equal((0, 0, 0, 0, 0), await store.Services.GetRequiredService<Database>().ReadAsync(async (db, token) =>
            (await db.Runs.CountAsync(token), await db.Series.CountAsync(token), await db.Points.CountAsync(token),
                await db.Params.CountAsync(token), await db.Tags.CountAsync(token)), CancellationToken.None));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_clock_that_is_ahead_for_a_moment_removes_nothing_that_can_be_restored(string database)
    {
        var clock = new SettableClock(DateTimeOffset.UtcNow);
        await using var store = await StartAsync(database, clock);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        await store.SendAsync(HttpMethod.Delete, "/api/runs/r");
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e" });
        await store.SendAsync(HttpMethod.Delete, "/api/experiments/e");

        clock.Ahead = TimeSpan.FromDays(8);
        await store.Services.GetRequiredService<RunRemoval>().CatchUpAsync(CancellationToken.None);

        await store.SendAsync(HttpMethod.Post, "/api/runs/r/restore");
        await store.SendAsync(HttpMethod.Post, "/api/experiments/e/restore");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_removal_left_unfinished_is_finished_even_if_it_began_while_the_clock_was_ahead(string database)
    {
        var clock = new SettableClock(DateTimeOffset.UtcNow);
        await using var store = await StartAsync(database, clock);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var data = store.Services.GetRequiredService<Database>();
        await data.WriteAsync((db, token) => db.Runs.ExecuteUpdateAsync(
            set => set.SetProperty(run => run.DeletedAt, clock.GetUtcNow().AddDays(1)).SetProperty(run => run.Removing, true), token),
            CancellationToken.None);

        await store.Services.GetRequiredService<RunRemoval>().CatchUpAsync(CancellationToken.None);

        Assert.Equal(0, await data.ReadAsync((db, token) => db.Runs.CountAsync(token), CancellationToken.None));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_locked_run_accepts_only_its_own_events(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e" });
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        Assert.True((await store.SendAsync(HttpMethod.Post, "/api/runs/r/lock")).GetProperty("locked").GetBoolean());

        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Put, "", """{"notes":"x"}"""), (HttpMethod.Delete, "", null), (HttpMethod.Delete, "?permanent=true", null),
            (HttpMethod.Post, "/move", """{"experiment_id":"e"}"""), (HttpMethod.Post, "/tags", """{"set":{"a":"b"}}"""),
        })
        {
            Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(method, $"/api/runs/r{path}", body)).Code);
        }
        await store.StoreAsync(Event.Metric("r", 2, "loss", 2), Event.Stop("r", RunStatus.Completed));
        await store.SendAsync(HttpMethod.Post, "/api/runs/r/pin");
        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(
            (2, "completed", true), (run.GetProperty("metrics").GetProperty("loss").GetDouble(), run.GetProperty("status").GetString(),
            run.GetProperty("pinned").GetBoolean()));

        await store.SendAsync(HttpMethod.Post, "/api/runs/r/unlock");
        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");
        Assert.Empty(Ids(await store.GetAsync("/api/runs?deleted=true")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Runs_are_moved_tagged_and_pinned(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e" });
        await store.StoreAsync(
            Event.Start("r") with { Tags = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } }, Event.Start("s"));

        await store.SendAsync(HttpMethod.Post, "/api/runs/r/move", new { experiment_id = "e" });
        Assert.Equal(["r"], Ids(await store.GetAsync("/api/experiments/e/trials")));
        await store.SendAsync(HttpMethod.Post, "/api/runs/r/move", new { experiment_id = (string?)null });
        Assert.Empty(Ids(await store.GetAsync("/api/experiments/e/trials")));
        Assert.Equal(
            "DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/move", """{"experiment_id":"none"}""")).Code);

        var tags = (
            await store.SendAsync(HttpMethod.Post, "/api/runs/r/tags",
            new { set = new { a = "3", c = "4" }, remove = new[] { "b", "none" } })).GetProperty("tags");
        Assert.Equal([("a", "3"), ("c", "4")], tags.EnumerateObject().Select(tag => (tag.Name, tag.Value.GetString() ?? "")).Order());
        foreach (var body in (string[])["""{"set":{"":"x"}}""", """{"remove":[""]}""", """{"remove":[null]}""", """{"add":{}}""",
            $$"""{"set":{ {{string.Join(',', Enumerable.Range(0, 99).Select(i => $"\"t{i}\":\"\""))}} } }"""])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/tags", body)).Code);
        }

        await store.SendAsync(HttpMethod.Post, "/api/runs/s/pin");
        Assert.Equal(["s"], Ids(await store.GetAsync("/api/runs?pinned=true")));
        Assert.Equal(["r"], Ids(await store.GetAsync("/api/runs?pinned=false")));
        await store.SendAsync(HttpMethod.Post, "/api/runs/s/unpin");
        Assert.Empty(Ids(await store.GetAsync("/api/runs?pinned=true")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_bulk_action_reports_the_result_of_each_run(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e" });
        await store.StoreAsync([.. Enumerable.Range(0, 250).Select(index => Event.Metric($"r{index:000}", 1, "loss", index))]);
        await store.SendAsync(HttpMethod.Post, "/api/runs/r005/lock");

        var deleted = (await store.SendAsync(HttpMethod.Post, "/api/runs/bulk", new { filter = "metrics.loss < 120", action = "delete" }))
            .GetProperty("results");
        Assert.Equal(120, deleted.GetArrayLength());
        var refused = Assert.Single(deleted.EnumerateArray(), item => !item.GetProperty("done").GetBoolean());
        Assert.Equal(("r005", "ILLEGAL_TRANSITION"), (refused.GetProperty("run_id").GetString(), refused.GetProperty("code").GetString()));
        Assert.Equal(131, Ids(await store.GetAsync("/api/runs?limit=1000")).Count);

        Assert.Equal([true, false], await ActAsync(new { run_ids = new[] { "r000", "none" }, action = "restore" }));
        Assert.Equal([true, true, false],
            await ActAsync(new { run_ids = new[] { "r000", "r200", "r001", "r000" }, action = "tag", tags = new { kept = "yes" } }));
        Assert.Equal([true, true], await ActAsync(new { filter = "tags.kept = 'yes'", action = "move", experiment_id = "e" }));
        Assert.Equal([true, true], await ActAsync(new { filter = "experiment_id = 'e'", action = "untag", names = new[] { "kept" } }));
        Assert.Equal([true, true], await ActAsync(new { filter = "experiment_id = 'e'", action = "cancel" }));
        Assert.Equal([false, false], await ActAsync(new { filter = "experiment_id = 'e'", action = "cancel" }));
        Assert.Equal([false], await ActAsync(new { run_ids = new[] { "r200" }, action = "move", experiment_id = "none" }));
        Assert.Empty(Ids(await store.GetAsync("/api/runs?tag=kept")));
        Assert.Equal(["r000", "r200"], Ids(await store.GetAsync("/api/experiments/e/trials?status=cancelled")).Order());

        foreach (var body in (string[])["{}", """{"action":"pin"}""", """{"run_ids":[],"action":"pin"}""",
            """{"run_ids":[null],"action":"pin"}""", """{"run_ids":["r"],"filter":"a","action":"pin"}""",
            """{"run_ids":["r"],"action":"explode"}""", """{"run_ids":["r"],"action":"tag"}""",
            """{"run_ids":["r"],"action":"pin","tags":{"a":"b"}}""", """{"run_ids":["r"],"action":"pin","experiment_id":"e"}""",
            """{"filter":"metrics.","action":"pin"}""",
            $$"""{"run_ids":[{{string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"r{i}\""))}}],"action":"pin"}"""])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, "/api/runs/bulk", body)).Code);
        }

        async Task<List<bool>> ActAsync(object body) =>
            [.. (await store.SendAsync(HttpMethod.Post, "/api/runs/bulk", body)).GetProperty("results").EnumerateArray()
                .Select(item => item.GetProperty("done").GetBoolean())];
    }

    private static List<string?> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("run_id").GetString())];
}
