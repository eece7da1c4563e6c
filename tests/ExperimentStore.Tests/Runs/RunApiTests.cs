using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Runs;

public class RunApiTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_is_created_read_and_changed(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e", name = "Norms" });

        var created = await store.SendAsync(
            HttpMethod.Post, "/api/runs", new { name = "one", config = new { lr = 0.1 }, tags = new[] { "a", "b" }, experiment_id = "e" });
        var id = created.GetProperty("run_id").GetString();
        await store.SendAsync(
            HttpMethod.Put, $"/api/runs/{id}", new { notes = "better", tags = new { b = "2", c = "3" }, status = "completed" });

        var run = await store.GetAsync($"/api/runs/{id}");
        Assert.Equal(
            ("one", "better", "completed", "e"), (Text(run, "name"), Text(run, "notes"), Text(run, "status"), Text(run, "experiment_id")));
        Assert.Equal([("b", "2"), ("c", "3")],
            run.GetProperty("tags").EnumerateObject().Select(tag => (tag.Name, tag.Value.GetString() ?? "")).Order());
        Assert.Equal(0.1, run.GetProperty("config").GetProperty("lr").GetDouble());
        Assert.Equal([id], Ids(await store.GetAsync("/api/experiments/e/trials")));
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Post, "/api/runs", $$"""{"run_id":"{{id}}"}""")).Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Pages_follow_each_other_without_gap_or_repetition(string database)
    {
        await using var store = await StartAsync(database);
        foreach (var index in Enumerable.Range(0, 23))
        {
            await store.StoreAsync(Event.Start($"r{index:00}") with { Name = $"name {index % 5}" });
        }

        foreach (var order in (string[])["created_at", "created_at asc", "name", "name desc"])
        {
            var seen = new List<string?>();
            for (string? cursor = null; ;)
            {
                var page = await store.GetAsync(
                    $"/api/runs?order_by={Uri.EscapeDataString(order)}&limit=5{(cursor is null ? "" : $"&cursor={cursor}")}");
                seen.AddRange(Ids(page));
                if ((cursor = page.GetProperty("next_cursor").GetString()) is null)
                {
                    break;
                }
            }
            var whole = Ids(await store.GetAsync($"/api/runs?order_by={Uri.EscapeDataString(order)}&limit=1000"));
            Assert.Equal(23, seen.Distinct().Count());
            Assert.Equal(whole, seen);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Filters_select_runs(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            Event.Start("a") with
            {
                Name = "GPT small",
                SpectralNorm = true,
                ExperimentId = "e",
                Tags = new Dictionary<string, string> { ["team"] = "nlp" },
            },
            Event.Start(
                "b") with
            { Name = "gpt_large", SpectralNorm = false, Tags = new Dictionary<string, string> { ["team"] = "vision" } },
            Event.Start("c") with { Name = "100% other" }, Event.Stop("c", RunStatus.Failed));

        Assert.Equal(["a", "b"], await FindAsync("name=gPt"));
        Assert.Equal(["b"], await FindAsync("name=_"));
        Assert.Equal(["c"], await FindAsync("name=%25"));
        Assert.Equal(["c"], await FindAsync("status=failed"));
        Assert.Equal(["a", "b", "c"], await FindAsync("status=failed,running"));
        Assert.Equal(["a"], await FindAsync("spectral_norm=true"));
        Assert.Equal(["a"], await FindAsync("experiment_id=e"));
        Assert.Equal(["a", "b"], await FindAsync("tag=team"));
        Assert.Equal(["a"], await FindAsync("tag=team%3Dnlp"));
        Assert.Empty(await FindAsync("name='%20OR%201%3D1%20--"));

        async Task<IEnumerable<string?>> FindAsync(string filter) => Ids(await store.GetAsync($"/api/runs?{filter}")).Order();
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Deleting_a_run_deletes_its_data_and_nothing_else(string database)
    {
        await using var store = await StartAsync(database);
        foreach (var run in (string[])["gone", "kept"])
        {
            await store.StoreAsync(
                [.. Enumerable.Range(0, 300).Select(step => Event.Metric(run, step, "loss", step)), Event.Log(run, "line"),
                Event.Checkpoint(run, "c/1", 1)]);
            Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", run));
            await File.WriteAllTextAsync(Path.Combine(store.Artifacts, "models", run, "config.json"), "{}");
        }

        await store.SendAsync(HttpMethod.Delete, "/api/runs/gone?permanent=true");

        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/runs/gone")).Code);
        Assert.False(Directory.Exists(Path.Combine(store.Artifacts, "models", "gone")));
        Assert.Equal(300, (await store.GetAsync("/api/runs/kept/metrics")).GetProperty("series")[0].GetProperty("count").GetInt64());
        Assert.Single((await store.GetAsync("/api/runs/kept/logs")).GetProperty("logs").EnumerateArray());
        await store.StoreAsync(Event.Metric("gone", 5, "loss", 1));
        Assert.Equal(1, (await store.GetAsync("/api/runs/gone/metrics")).GetProperty("series")[0].GetProperty("count").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_of_many_points_is_deleted_in_chunks(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            [.. Enumerable.Range(0, 45_000).Select(index => Event.Metric("r", index < 25_000 ? 7 : index, "long", index))]);
        await store.StoreAsync([.. Enumerable.Range(0, 600).Select(index => Event.Metric("r", 1, $"short{index}", index))]);

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");

        Assert.Equal(
            0, await store.Services.GetRequiredService<Database>()
            .ReadAsync((db, token) => db.Points.CountAsync(token), CancellationToken.None));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Missing_runs_and_invalid_requests_are_refused_with_a_code(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));

        foreach (var path in (string[])["", "/metrics", "/metrics/latest", "/checkpoints", "/logs", "/logs/stream", "/eval"])
        {
            foreach (var id in (string[])["none", "%F0%9F%98%80", "..%2F..%2Fetc", "'%3B%20DROP%20TABLE%20runs%3B--", new('x', 2000)])
            {
                var refused = await store.RefusedAsync(HttpMethod.Get, $"/api/runs/{id}{path}");
                Assert.Equal((HttpStatusCode.NotFound, "RUN_NOT_FOUND"), (refused.Status, refused.Code));
            }
        }
        foreach (var query in (string[])[
            "?limit=0", "?limit=1001", "?limit=x", "?status=dead", "?order_by=loss", "?cursor=zzz", "?cursor=%00",
            "?colour=red", "?filter=a",
            "?spectral_norm=maybe", "/r/metrics?max_points=0", "/r/metrics?max_points=1000000", "/r/metrics?attempt=x",
            "/r/metrics?attempt=-1", "/r/metrics?key=loss",
            "/r/metrics?from_step=x", "/r/logs?limit=0", "/r/logs?after=x", "/r/checkpoints?order_by=x", "/r?verbose=1"])
        {
            Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"),
                await store.RefusedAsync(HttpMethod.Get, $"/api/runs{query}") is var refused ? (refused.Status, refused.Code) : default);
        }
        foreach (var (path, body) in new[]
        {
            ("", """{"run_id":"../x"}"""), ("", """{"unknown":1}"""), ("", "["), ("", """{"status":"dead"}"""),
            ("", """{"tags":{"a":1}}"""), ("", $$"""{"name":"{{new string('n', 300)}}"}"""),
            ("/r/metrics", "[]"), ("/r/metrics", "{}"), ("/r/metrics", """[{"step":1}]"""), ("/r/metrics", """[{"step":1,"metrics":{}}]"""),
            ("/r/metrics", """[null]"""),
            ("/r/metrics", """[{"step":1,"metrics":{"":1}}]"""), ("/r/metrics", """[{"step":9223372036854775807,"metrics":{"a":1}}]"""),
            ("/r/metrics", """[{"step":1,"metrics":{"a":"x"}}]"""),
            ("/r/metrics", """[{"step":1.5,"metrics":{"a":1}}]"""), ("/r/resume", """{"from_step":-1}"""), ("/r/resume", """{"step":1}"""),
        })
        {
            Assert.Equal(
                (HttpStatusCode.BadRequest, "CONFIG_INVALID"), await store.RefusedAsync(
                HttpMethod.Post, $"/api/runs{path}", body) is var refused ? (refused.Status, refused.Code) : default);
        }
        Assert.Equal("PAYLOAD_TOO_LARGE",
            (await store.RefusedAsync(HttpMethod.Post, "/api/runs/train", $$"""{"notes":"{{new string('n', 1_100_000)}}"}""")).Code);
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/experiments/none")).Code);
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/checkpoints/none")).Code);
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, "/api/experiments", "{}")).Code);
    }

    [Fact]
    public async Task The_machine_and_the_interface_describe_themselves()
    {
        await using var store = await StartAsync("sqlite");

        var machine = await store.GetAsync("/api/system/status");
        var paths = (await store.GetAsync("/openapi/v1.json")).GetProperty("paths");

        Assert.True(machine.GetProperty("memory").GetProperty("total_bytes").GetInt64() > machine.GetProperty("process")
            .GetProperty("memory_bytes").GetInt64());
        Assert.All(paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()), operation =>
        {
            Assert.True(operation.Value.TryGetProperty("operationId", out _));
            Assert.True(operation.Value.TryGetProperty("summary", out _));
        });
    }

    private static List<string?> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(run => Text(run, "run_id"))];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
