using System.Net;
using System.Text;
using System.Text.Json;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Metrics;

/// <summary>What <c>POST /api/runs/{id}/metrics</c> accepts and refuses.</summary>
public class LoggingTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task One_entry_or_a_list_is_accepted(string database)
    {
        await using var store = await StartAsync(database);
        var created = await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = 42, name = "numbered" });
        Assert.Equal(("42", "42"), (created.GetProperty("id").GetString(), created.GetProperty("run_id").GetString()));

        Assert.Equal(1, await StoredAsync(store, """{"step": 4096.0, "metrics": {"loss": NaN, "acc": 1}}"""));
        Assert.Equal(2, await StoredAsync(store, """[{"step": 4097, "metrics": {"loss": -Infinity}}, {"metrics": {"loss": 2}}]"""));

        var points = (await store.GetAsync("/api/runs/42/metrics?keys=loss")).GetProperty("series")[0].GetProperty("points")
            .EnumerateArray();
        Assert.Equal(
            ["4096 NaN", "4097 -Infinity", "4098 2"],
            points.Select(point => $"{point.GetProperty("step").GetInt64()} {point.GetProperty("value")}"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("9007199254740993")]
    [InlineData("-9007199254740992")]
    public async Task An_invalid_step_is_refused_with_the_rule(string step)
    {
        await using var store = await StartAsync("sqlite");
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "r" });

        var refused = await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/metrics", $$"""{"step":{{step}},"metrics":{"loss":1} }""");

        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (refused.Status, refused.Code));
        Assert.Contains("must be a whole number from 0 to 9007199254740992 (2^53)", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"step":1.5,"metrics":{"loss":1}}""")]
    [InlineData("""{"step":1e300,"metrics":{"loss":1}}""")]
    [InlineData("""{"step":"1","metrics":{"loss":1}}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("""{"metrics":{}}""")]
    [InlineData("""7""")]
    public async Task An_invalid_entry_is_refused(string body)
    {
        await using var store = await StartAsync("sqlite");
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "r" });

        Assert.Equal(HttpStatusCode.BadRequest, (await store.RefusedAsync(HttpMethod.Post, "/api/runs/r/metrics", body)).Status);
    }

    private static async Task<int> StoredAsync(StoreHost store, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await store.Http.PostAsync(new Uri("/api/runs/42/metrics", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("stored").GetInt32();
    }
}
