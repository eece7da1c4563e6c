using System.Net;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Metrics;

public class HistoriesTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Curves_of_several_runs_come_in_one_answer(string database)
    {
        await using var store = await StartAsync(database);
        foreach (var (index, run) in ((string[])["a", "b", "c"]).Index())
        {
            await store.StoreAsync(
                [.. Enumerable.Range(0, 50 * (index + 1))
                .Select(step => Event.Metrics(run, step, new() { ["loss"] = step, ["acc"] = -step, [$"only-{run}"] = 0 }))]);
        }

        var answer = await store.GetAsync("/api/metrics?runs=b,a&keys=loss,only-a&max_points=60&from_step=10");
        var posted = await store.SendAsync(
            HttpMethod.Post, "/api/metrics/query",
            new { runs = (string[])["b", "a"], keys = (string[])["loss", "only-a"], max_points = 60, from_step = 10 });
        var all = await store.GetAsync("/api/metrics?runs=c");

        Assert.Equal(answer.GetRawText(), posted.GetRawText());
        Assert.Equal(["b", "a"], answer.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()));
        Assert.Equal(
            [("loss", 90, true), ("loss", 40, false), ("only-a", 40, false)],
            answer.GetProperty("runs").EnumerateArray().SelectMany(run => run.GetProperty("series").EnumerateArray()).Select(series => (
                series.GetProperty("name").GetString(), series.GetProperty("count").GetInt32(),
                series.GetProperty("summarised").GetBoolean())));
        Assert.Equal(
            (3, 3), (all.GetProperty("runs")[0].GetProperty("series").GetArrayLength(),
            all.GetProperty("runs")[0].GetProperty("total_series").GetInt32()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_size_of_an_answer_is_limited(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(0, 101).Select(index => Event.Metric("r", 0, $"m{index}", 1))]);
        var many = string.Join(',', Enumerable.Range(0, 101).Select(index => $"r{index}"));

        foreach (var (query, code) in ((string, string)[])
        [
            ("", "CONFIG_INVALID"), ($"?runs={many}", "CONFIG_INVALID"), ($"?runs=r&keys={many}", "CONFIG_INVALID"),
            ("?runs=r&max_points=100000", "CONFIG_INVALID"),
            ("?runs=r&max_points=0", "CONFIG_INVALID"), ("?runs=nobody", "RUN_NOT_FOUND"), ("?runs=r&step=1", "CONFIG_INVALID"),
        ])
        {
            Assert.Equal(code, (await store.RefusedAsync(HttpMethod.Get, $"/api/metrics{query}")).Code);
        }
        foreach (var nulls in (string[])["""{"runs":[null]}""", """{"runs":["r"],"keys":[null]}"""])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, "/api/metrics/query", nulls)).Code);
        }
        Assert.Equal(HttpStatusCode.BadRequest,
            (await store.RefusedAsync(HttpMethod.Post, "/api/metrics/query", """{"runs":["r"],"colour":1}""")).Status);
        Assert.Equal(100, (await store.GetAsync("/api/metrics?runs=r")).GetProperty("runs")[0].GetProperty("series").GetArrayLength());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Twelve_thousand_names_are_listed_page_by_page(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(0, 12).Select(part => Event.Metrics("r", 1,
            Enumerable.Range(0, 1000).ToDictionary(
                index => $"layer{part:00}/{(index % 2 == 0 ? "Grad" : "grad")}{index:000}", index => (double)index)))]);

        var names = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await store.GetAsync($"/api/runs/r/metrics/latest?limit=5000{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}");
            names.AddRange(page.GetProperty("series").EnumerateArray().Select(series => series.GetProperty("name").GetString()));
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }
        var some = await store.GetAsync("/api/runs/r/metrics/latest?prefix=layer03/grad");
        var none = await store.GetAsync("/api/runs/r/metrics/latest?prefix=layer_");

        Assert.Equal(12_000, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(12_000, names.Count);
        Assert.Equal(500, some.GetProperty("series").GetArrayLength());
        Assert.Equal(0, none.GetProperty("series").GetArrayLength());
        Assert.Equal(1000, (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series").GetArrayLength());
    }
}
