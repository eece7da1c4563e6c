using System.Net;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Experiments.SavedViews;

public class ViewTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_view_is_saved_listed_changed_and_deleted(string database)
    {
        await using var store = await StartAsync(database);
        var mine = (await store.SendAsync(HttpMethod.Post, "/api/views", new { name = "Mine", path = "/?filter=metrics.loss%20%3C%202" }))
            .GetProperty("view_id").GetString();
        await store.SendAsync(HttpMethod.Post, "/api/views", new { name = "all runs", path = "/" });
        Assert.Equal(["all runs", "Mine"], await NamesAsync(store));

        var changed = await store.SendAsync(HttpMethod.Put, $"/api/views/{mine}", new { name = "Mine, charts", path = "/runs/a/charts" });
        Assert.Equal("/runs/a/charts", changed.GetProperty("path").GetString());
        Assert.Equal(["all runs", "Mine, charts"], await NamesAsync(store));

        await store.SendAsync(HttpMethod.Delete, $"/api/views/{mine}");
        Assert.Equal(["all runs"], await NamesAsync(store));
        Assert.Equal(HttpStatusCode.NotFound, (await store.RefusedAsync(HttpMethod.Delete, $"/api/views/{mine}")).Status);
        Assert.Equal(HttpStatusCode.NotFound,
            (await store.RefusedAsync(HttpMethod.Put, $"/api/views/{mine}", """{"name":"a","path":"/"}""")).Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Only_addresses_of_our_own_pages_are_saved(string database)
    {
        await using var store = await StartAsync(database);
        string[] paths = ["", "runs", "//elsewhere.example/", "https://elsewhere.example/", "/\\\\elsewhere.example", "/a\\u0000", "/a\\nb",
            "/" + new string('x', 8192)];
        string[] others = ["{}", """{"name":"","path":"/"}""", """{"name":"a"}""", """{"name":"a","path":"/","colour":"red"}"""];
        foreach (var fields in paths.Select(path => $$"""{"name":"a","path":"{{path}}"}""").Concat(others))
        {
            var (status, code, _) = await store.RefusedAsync(HttpMethod.Post, "/api/views", fields);
            Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (status, code));
        }
        Assert.Empty(await NamesAsync(store));
    }

    private static async Task<IEnumerable<string?>> NamesAsync(StoreHost store) =>
        (await store.GetAsync("/api/views")).GetProperty("items").EnumerateArray().Select(view => view.GetProperty("name").GetString());
}
