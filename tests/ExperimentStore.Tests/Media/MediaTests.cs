using System.Net;
using Trainyard.Contracts.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Media;

public class MediaTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Media_are_listed_by_name_and_read_at_a_step_or_the_nearest_before(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            Medium.Image("r", "examples", 0), Medium.Image("r", "examples", 100), Medium.Image("r", "examples", 100, index: 1),
            Medium.Image("r", "examples", 200), Medium.Text("r", "examples", 100, "a cat"), Medium.Text("r", "日本", 7, "猫"));

        var list = await store.GetAsync("/api/runs/r/media");
        Assert.Equal(
            ["examples image 4 3 0 200", "examples text 1 1 100 100", "日本 text 1 1 7 7"],
            list.GetProperty("media").EnumerateArray().Select(row => $"{row.GetProperty("name")} {row.GetProperty("kind")} "
                + $"{row.GetProperty("items")} {row.GetProperty("steps")} {row.GetProperty("first_step")} {row.GetProperty("last_step")}"));
        var steps = await store.GetAsync("/api/runs/r/media/steps?name=examples&kind=image");
        Assert.Equal([0, 100, 200], steps.GetProperty("steps").EnumerateArray().Select(step => step.GetInt64()));
        Assert.Equal((100, 2), await AtAsync(store, "examples", 150));
        Assert.Equal((100, 2), await AtAsync(store, "examples", 100));
        Assert.Equal((0, 1), await AtAsync(store, "examples", 99));
        Assert.Equal((0, 1), await AtAsync(store, "examples", -5));
        Assert.Equal((200, 1), await AtAsync(store, "examples", null));
        Assert.Equal("猫", await TextAsync(store, "日本"));
        Assert.Single((await store.GetAsync("/api/runs/r/media?prefix=日")).GetProperty("media").EnumerateArray());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_content_is_served_with_its_own_type_and_nothing_that_runs(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Medium.Image("r", "examples", 1), Medium.Text("r", "page", 1, "<script>alert(1)</script>"));

        using var image = await DownloadAsync(store, "examples", "image");
        Assert.Equal(Medium.Png, await image.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", image.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["nosniff"], image.Headers.GetValues("X-Content-Type-Options"));
        Assert.Contains("sandbox", Assert.Single(image.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);

        using var text = await DownloadAsync(store, "page", "text");
        Assert.Equal("text/plain", text.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["nosniff"], text.Headers.GetValues("X-Content-Type-Options"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_attempt_replaces_media_from_its_step_on(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. ((long[])[1, 5, 9]).Select(step => Medium.Text("r", "t", step, $"first {step}"))]);
        await store.StoreAsync(Event.Stop("r", RunStatus.Failed), Event.Resume("r", 5));
        Assert.Equal("first 1", await TextAsync(store, "t"));

        await store.StoreAsync(Medium.Text("r", "t", 5, "second 5"));
        // Late, from the attempt that was replaced: one before the rewind counts, one behind it does not.
        await store.StoreAsync(Medium.Text("r", "t", 3, "late 3", attempt: 1), Medium.Text("r", "t", 7, "late 7", attempt: 1));

        Assert.Equal("second 5", await TextAsync(store, "t"));
        var steps = (await store.GetAsync("/api/runs/r/media/steps?name=t&kind=text")).GetProperty("steps");
        Assert.Equal([1, 3, 5], steps.EnumerateArray().Select(step => step.GetInt64()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_item_without_a_step_follows_the_last_of_its_name(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Medium.Text("r", "t", null, "0"), Medium.Text("r", "t", null, "1"), Medium.Text("r", "t", 10, "10"));
        await store.StoreAsync(Medium.Text("r", "t", null, "11"), Medium.Text("r", "other", null, "0"));
        await store.StoreAsync(Event.Resume("r", 5), Medium.Text("r", "t", null, "5"));

        var steps = (await store.GetAsync("/api/runs/r/media/steps?name=t&kind=text")).GetProperty("steps");
        Assert.Equal([0, 1, 5], steps.EnumerateArray().Select(step => step.GetInt64()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_same_key_or_event_changes_nothing_and_the_same_place_is_replaced(string database)
    {
        await using var store = await StartAsync(database);
        var first = Medium.Text("r", "t", 1, "first") with { SenderGaveId = true };
        await store.StoreAsync("job:1", first);
        await store.StoreAsync("job:1", first);
        await store.StoreAsync("job:2", first);
        Assert.Equal(1, (await store.GetAsync("/api/runs/r/media")).GetProperty("media")[0].GetProperty("items").GetInt64());

        await store.StoreAsync("job:3", Medium.Text("r", "t", 1, "second"), Medium.Text("r", "t", 1, "third"));

        Assert.Equal("third", await TextAsync(store, "t"));
        Assert.Equal(1, (await store.GetAsync("/api/runs/r/media")).GetProperty("media")[0].GetProperty("items").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Media_beyond_the_limits_of_a_run_are_dropped_with_a_warning(string database)
    {
        await using var store = await StartAsync(
            database, settings: [("RUNS:MAX_MEDIA_ITEMS", "50"), ("RUNS:MAX_MEDIA_BYTES", "1000")]);
        await store.StoreAsync([.. Enumerable.Range(0, 2000).Select(step => Medium.Text("many", "t", step, "x"))]);
        await store.StoreAsync(
            Medium.Text("large", "t", 1, new string('x', 900)), Medium.Text("large", "t", 2, new string('x', 200)),
            Medium.Text("large", "t", 1, new string('x', 990)), Medium.Text("large", "t", 3, new string('x', 10)));

        Assert.Equal(50, (await store.GetAsync("/api/runs/many/media")).GetProperty("media")[0].GetProperty("items").GetInt64());
        Assert.Contains("1950 images or other media were dropped", await LogAsync(store, "many"), StringComparison.Ordinal);
        var steps = (await store.GetAsync("/api/runs/large/media/steps?name=t&kind=text")).GetProperty("steps");
        Assert.Equal([1, 3], steps.EnumerateArray().Select(step => step.GetInt64()));
        Assert.Contains("RUNS__MAX_MEDIA_BYTES", await LogAsync(store, "large"), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Media_that_break_the_rules_of_ingest_are_dropped_with_a_warning(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            Medium.Text("r", "t", -1, "x"), Medium.Text("r", new string('n', 251), 1, "x"), Medium.Text("r", "", 1, "x"),
            Medium.Text("r", "a\0b", 1, "x"), Medium.Text("r", "t", 1, "x") with { Index = 1000 },
            Medium.Text("r", "t", 1, "x") with { Content = null }, Medium.Text("r", new string('日', 250), 1, "kept"));

        var media = (await store.GetAsync("/api/runs/r/media")).GetProperty("media");
        Assert.Equal(new string('日', 250), Assert.Single(media.EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains("6 images or other media were dropped", await LogAsync(store, "r"), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_deleted_run_takes_its_media_along(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(0, 120).Select(step => Medium.Image("r", "examples", step))]);
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));
        var item = await FirstItemAsync(store, "examples", "image");

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");

        foreach (var path in (string[])["", "/steps?name=examples&kind=image", "/at?name=examples&kind=image", $"/items/{item}"])
        {
            Assert.Equal(
                (HttpStatusCode.NotFound, "RUN_NOT_FOUND"),
                await store.RefusedAsync(HttpMethod.Get, $"/api/runs/r/media{path}") is var (status, code, _) ? (status, code) : default);
        }
        // A new run of the same id begins without them.
        await store.StoreAsync(Medium.Text("r", "new", 1, "x"));
        var media = (await store.GetAsync("/api/runs/r/media")).GetProperty("media");
        Assert.Equal("new", Assert.Single(media.EnumerateArray()).GetProperty("name").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_uploaded_file_is_served_only_if_it_is_an_image(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            Medium.Uploaded("r", "good", 1, "media/good.png"), Medium.Uploaded("r", "page", 1, "media/page.png"),
            Medium.Uploaded("r", "missing", 1, "media/missing.png"), Medium.Uploaded("r", "outside", 1, "../other/secret.png"));
        store.WriteArtifact("models/r/media/good.png", Medium.Png);
        store.WriteArtifact("models/r/media/page.png", "<html><script>alert(1)</script></html>");
        store.WriteArtifact("models/other/secret.png", Medium.Png);

        using var good = await DownloadAsync(store, "good", "image");
        Assert.Equal(Medium.Png, await good.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", good.Content.Headers.ContentType?.MediaType);
        foreach (var (name, code) in ((string, string)[])
            [("page", "DATA_NOT_FOUND"), ("missing", "DATA_NOT_FOUND"), ("outside", "PATH_FORBIDDEN")])
        {
            var refused = await store.RefusedAsync(HttpMethod.Get, await AddressAsync(store, name, "image"));
            Assert.Equal(code, refused.Code);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Histograms_are_read_step_by_step_and_thinned(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(0, 300).Select(step => Medium.Histogram(
            "r", "w", step, $$"""{"edges":[0,1,{{step + 2}}],"counts":[1,{{step}}],"nan_count":0,"infinite_count":0}"""))]);

        var history = await store.GetAsync("/api/runs/r/media/histograms?name=w&max_steps=10");

        var single = await store.GetAsync("/api/runs/r/media/histograms?name=w&max_steps=1");
        Assert.Equal(299, Assert.Single(single.GetProperty("histograms").EnumerateArray()).GetProperty("step").GetInt64());
        var steps = history.GetProperty("histograms").EnumerateArray().Select(row => row.GetProperty("step").GetInt64()).ToList();
        Assert.Equal((10, 0, 299, 300), (steps.Count, steps[0], steps[^1], history.GetProperty("total_steps").GetInt64()));
        Assert.Equal(299, history.GetProperty("histograms")[9].GetProperty("histogram").GetProperty("counts")[1].GetDouble());
    }

    [Theory]
    [InlineData("/steps", "name")]
    [InlineData("/steps?name=x", "kind")]
    [InlineData("/steps?name=x&kind=video", "kind")]
    [InlineData("/at?kind=image", "name")]
    [InlineData("/at?name=x&kind=image&step=first", "step")]
    [InlineData("/at?name=x&kind=image&limit=0", "limit")]
    [InlineData("/histograms?name=x&max_steps=0", "max_steps")]
    [InlineData("?limit=100000", "limit")]
    [InlineData("?colour=red", "colour")]
    public async Task A_wrong_query_is_refused_with_its_parameter(string query, string parameter)
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Medium.Image("r", "x", 1));

        var (status, code, message) = await store.RefusedAsync(HttpMethod.Get, $"/api/runs/r/media{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (status, code));
        Assert.Contains(parameter, message, StringComparison.Ordinal);
    }

    private static async Task<(long Step, int Items)> AtAsync(StoreHost store, string name, long? step)
    {
        var at = await store.GetAsync($"/api/runs/r/media/at?name={name}&kind=image{(step is null ? "" : $"&step={step}")}");
        return (at.GetProperty("step").GetInt64(), at.GetProperty("items").GetArrayLength());
    }

    private static async Task<long> FirstItemAsync(StoreHost store, string name, string kind) =>
        (await store.GetAsync($"/api/runs/r/media/at?name={name}&kind={kind}")).GetProperty("items")[0].GetProperty("id").GetInt64();

    private static async Task<string> AddressAsync(StoreHost store, string name, string kind) =>
        $"/api/runs/r/media/items/{await FirstItemAsync(store, name, kind)}";

    private static async Task<HttpResponseMessage> DownloadAsync(StoreHost store, string name, string kind)
    {
        var response = await store.Http.GetAsync(new Uri(await AddressAsync(store, name, kind), UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private static async Task<string> TextAsync(StoreHost store, string name)
    {
        using var response = await DownloadAsync(store, name, "text");
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string> LogAsync(StoreHost store, string run) => string.Join(
        '\n', (await store.GetAsync($"/api/runs/{run}/logs")).GetProperty("logs").EnumerateArray()
            .Select(line => line.GetProperty("message").GetString()));
}
