using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;
using Trainyard.RunFilters;
using Trainyard.RunFilters.Tests;

namespace Trainyard.ExperimentStore.Tests.Experiments.Search;

public class SearchTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private static readonly string[] Orders =
    [
        "created_at", "name", "started_at desc", "status", "source", "step", "spectral_norm", "run_id desc",
        "metrics.loss", "min(metrics.loss)", "max(metrics.`val/loss`)", "count(metrics.loss)", "params.a.b", "params.loss", "tags.loss",
    ];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Random_filters_and_orders_match_a_plain_model(string database)
    {
        await using var store = await StartAsync(database);
        var random = new Random(11);
        var runs = await FillAsync(store, random, 60);

        for (var round = 0; round < 120; round++)
        {
            var filter = RandomFilters.Any(random, random.Next(4));
            var order = RandomFilters.Pick(random, Orders);
            var descending = random.Next(2) == 0;
            order = order.Split(' ')[0] + (descending ? " desc" : " asc");
            var (field, _) = RequestFilter.ParseOrder(order);
            var expected = SearchModel.Ordered(runs.Where(run => SearchModel.Holds(filter, run)), field, descending);

            // With many, the chosen runs are sorted. With none, every order is read along its index.
            foreach (var few in (int[])[2000, 0])
            {
                var found = await AllAsync(store, new([filter], OrderBy: order, Few: few), 1 + random.Next(20));
                Assert.True(expected.SequenceEqual(found),
                    $"{filter} by {order}, few {few}: expected {string.Join(' ', expected)}, found {string.Join(' ', found)}");
            }
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_list_takes_filter_order_and_columns_and_reports_errors(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e" });
        var config = new { lr = 0.001, model = new { layers = 2, name = "gpt" }, betas = new[] { 0.9, 0.99 } };
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "a", experiment_id = "e", config });
        await store.SendAsync(HttpMethod.Post, "/api/runs",
            new { run_id = "b", experiment_id = "e", config = new { lr = "1e-3" }, tags = new { team = "nlp" } });
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "c" });
        await store.StoreAsync(
            Event.Metric("a", 1, "loss", 2), Event.Metric("a", 2, "loss", 3), Event.Metric("b", 1, "loss", double.NaN),
            Event.Metric("c", 1, "loss", double.PositiveInfinity));

        Assert.Equal(["a", "b"], await IdsAsync("params.lr = 0.001", "name"));
        Assert.Equal(["b"], await IdsAsync("params.lr = '1e-3'", "name"));
        Assert.Equal(["a"],
            await IdsAsync("params.model.layers >= 2 and params.model.name like 'g%' and params.betas = '[0.9,0.99]'", "name"));
        Assert.Equal(["b"], await IdsAsync("metrics.loss IS NAN", "name"));
        Assert.Equal(["c"], await IdsAsync("metrics.loss > 1e300", "name"));
        Assert.Equal(["a"], await IdsAsync("min(metrics.loss) = 2 and metrics.loss = 3 and count(metrics.loss) = 2", "name"));
        Assert.Equal(["a", "c", "b"], await IdsAsync("run_id in ('a', 'b', 'c')", "metrics.loss"));
        Assert.Equal(["c", "a", "b"], await IdsAsync("run_id in ('a', 'b', 'c')", "metrics.loss desc"));

        var hasLoss = Uri.EscapeDataString("metrics.loss is not null");
        var page = await store.GetAsync($"/api/experiments/e/trials?filter={hasLoss}&order_by=name"
            + "&metrics=loss&metrics=min(loss)&metrics=none&params=lr,model.layers");
        var first = page.GetProperty("items")[0];
        Assert.Equal("""{"loss":3,"min(loss)":2}""", first.GetProperty("metrics").GetRawText());
        Assert.Equal("""{"lr":"0.001","model.layers":"2"}""", first.GetProperty("params").GetRawText());
        Assert.Equal("""{"loss":"NaN"}""", page.GetProperty("items")[1].GetProperty("metrics").GetRawText());

        foreach (var (query, field) in new[]
        {
            ("filter=metrics.loss+%3C", "filter"), ("order_by=metrics.loss+downwards", "order_by"),
            ("order_by=loss", "order_by"), ("filter=", "filter"),
            ($"metrics={string.Join(',', Enumerable.Range(0, 51))}", "metrics"), ($"metrics={new string('m', 251)}", "metrics"),
            ($"params={string.Join(',', Enumerable.Range(0, 51))}", "params"),
        })
        {
            var refused = await store.RefusedAsync(HttpMethod.Get, $"/api/runs?{query}");
            Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (refused.Status, refused.Code));
            Assert.StartsWith($"{field}: ", refused.Message, StringComparison.Ordinal);
        }

        async Task<IEnumerable<string?>> IdsAsync(string filter, string order) =>
            (await store.GetAsync($"/api/runs?filter={Uri.EscapeDataString(filter)}&order_by={Uri.EscapeDataString(order)}"))
                .GetProperty("items").EnumerateArray().Select(run => run.GetProperty("run_id").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Pages_are_stable_while_runs_are_added_and_sorted(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(0, 40).SelectMany(index => new RunEventOf($"r{index:00}").Ended(index % 7))]);
        var seen = new List<string>();
        string? cursor = null;
        for (var page = 0; page == 0 || cursor is not null; page++)
        {
            var found = await FindAsync(store, new([], OrderBy: "metrics.loss asc"), 6, cursor);
            seen.AddRange(found.Ids);
            cursor = found.NextCursor;
            await store.StoreAsync([.. new RunEventOf($"new{page}").Ended(page)]);
            await store.Services.GetRequiredService<SortKeys>().CatchUpAsync(CancellationToken.None);
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(Enumerable.Range(0, 40).Select(index => $"r{index:00}").Order(), seen.Where(id => id[0] == 'r').Order());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_forged_cursor_or_one_of_another_order_is_refused(string database)
    {
        await using var store = await StartAsync(database);
        await FillAsync(store, new(3), 10);

        foreach (var order in Orders)
        {
            var cursor = (await FindAsync(store, new([], OrderBy: order), 1, null)).NextCursor ?? "";
            Assert.NotEmpty((await FindAsync(store, new([], OrderBy: order), 3, cursor)).Ids);
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Get, $"/api/runs?order_by=notes&cursor={cursor}")).Code);
            var bytes = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(cursor);
            var forged = JsonSerializer.Deserialize<Dictionary<string, string>>(bytes) ?? [];
            foreach (var value in (string[])["", "0", "9:1", "x:1", "0:x'; DROP TABLE runs", "0:NaN", "1:\0", "0:99999999999999999999999",
                "-1:0"])
            {
                forged["Value"] = value;
                var text = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(forged));
                using var answer = await store.Http.GetAsync(new Uri($"/api/runs?order_by={Uri.EscapeDataString(order)}&cursor={text}",
                    UriKind.Relative));
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest,
                    $"{order} with {value}: {await answer.Content.ReadAsStringAsync()}");
            }
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Hostile_texts_are_only_texts(string database)
    {
        await using var store = await StartAsync(database);
        string[] texts = ["'; DROP TABLE runs; --", "\" OR \"\"=\"", "@p0", "{0}", "$1", "%s", "\\'; --", "/* */", "\0", "\ud800",
            "a\u202eb", new('%', 3000), "😀\u0301"];
        var index = 0;
        foreach (var text in texts)
        {
            await store.StoreAsync(Event.Start($"r{index}") with
            {
                Tags = new Dictionary<string, string> { ["t"] = text },
                Hyperparams = JsonSerializer.SerializeToElement(new { p = text }),
            });
            var quoted = new Text(text).ToString();
            var name = text.Replace("`", "``", StringComparison.Ordinal)[..Math.Min(100, text.Length)];
            foreach (var filter in (string[])[$"tags.t = {quoted}", $"params.p IN ({quoted})",
                $"tags.t LIKE {new Text(Pattern.Containing(text))}", $"tags.`{name}` IS NULL", $"name != {quoted}"])
            {
                var found = await FindAsync(store, new([RequestFilter.Parse(filter)]), 100, null);
                Assert.Contains($"r{index}", found.Ids);
            }
            index++;
        }
        Assert.Equal(texts.Length, (await FindAsync(store, new([]), 100, null)).Ids.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Parameters_follow_the_config_and_are_bounded(string database)
    {
        await using var store = await StartAsync(database);
        var many = Enumerable.Range(0, 1500).ToDictionary(index => $"p{index:0000}", index => (object)index);
        many[new('n', 251)] = 1;
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "r", config = many });
        Assert.Equal(1000, await CountAsync());

        await store.SendAsync(HttpMethod.Put, "/api/runs/r", new { config = new { a = 1, b = (string?)null, c = new { d = true } } });
        Assert.Equal(2, await CountAsync());
        Assert.Equal(["r"],
            (await FindAsync(store, new([RequestFilter.Parse("params.a = 1 and params.b is null and params.c.d = true")]), 10, null)).Ids);

        await store.StoreAsync(Event.Start("r") with
        {
            Hyperparams = JsonElement.Parse(
                """{"a":2,"bad":"\ud800","\udfff":1,"list":[1,[2]],"big":1e999,"a.x":1,"nested":{"a":{"b":"x"}}}"""),
        });
        var odd = RequestFilter.Parse("params.a = 2 and params.bad = '\"\\\\ud800\"' and params.list = '[1,[2]]' "
            + "and params.big = '1e999' and params.nested.a.b = 'x'");
        Assert.Equal(["r"], (await FindAsync(store, new([odd]), 10, null)).Ids);
        await store.SendAsync(HttpMethod.Put, "/api/runs/r", new { config = JsonElement.Parse("[1]") });
        Assert.Equal(0, await CountAsync());

        Task<int> CountAsync() => store.Services.GetRequiredService<Database>()
            .ReadAsync((db, token) => db.Params.CountAsync(token), CancellationToken.None);
    }

    private static async Task<List<ModelRun>> FillAsync(StoreHost store, Random random, int count)
    {
        var runs = new List<ModelRun>();
        for (var index = 0; index < count; index++)
        {
            var run = new ModelRun($"r{random.Next(1000):000}-{index}", [], [], [])
            {
                Source = random.Next(2) == 0 ? null : RandomFilters.Pick(random, RandomFilters.Texts),
                SpectralNorm = random.Next(3) switch { 0 => null, 1 => true, _ => false },
            };
            var hyperparams = RandomFilters.Names.Where(_ => random.Next(2) == 0).ToDictionary(name => name, _ => random.Next(2) == 0
                ? JsonSerializer.SerializeToElement(RandomFilters.Pick(random, RandomFilters.Texts))
                : JsonSerializer.SerializeToElement(RandomFilters.Pick(random, [.. RandomFilters.Numbers.Where(double.IsFinite)])));
            foreach (var (name, value) in hyperparams)
            {
                run.Params[name] = value.ValueKind is JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
            }
            foreach (var name in RandomFilters.Names.Where(_ => random.Next(2) == 0))
            {
                run.Tags[name] = RandomFilters.Pick(random, RandomFilters.Texts);
            }
            await store.StoreAsync(Event.Start(run.Id) with
            {
                Hyperparams = JsonSerializer.SerializeToElement(hyperparams),
                Tags = run.Tags,
                SpectralNorm = run.SpectralNorm,
                Source = run.Source,
            });
            await LogAsync(run);
            if (random.Next(2) == 0)
            {
                run.Status = random.Next(2) == 0 ? "completed" : "failed";
                await store.StoreAsync(Event.Stop(run.Id, run.Status == "failed" ? RunStatus.Failed : RunStatus.Completed));
            }
            runs.Add(run);
        }
        await store.Services.GetRequiredService<SortKeys>().CatchUpAsync(CancellationToken.None);
        foreach (var run in runs.Where(_ => random.Next(4) == 0))
        {
            await LogAsync(run);
        }
        var items = (await store.GetAsync("/api/runs?limit=1000")).GetProperty("items").EnumerateArray()
            .ToDictionary(run => run.GetProperty("run_id").GetString() ?? "");
        return [.. runs.Select(run => run with
        {
            CreatedAt = items[run.Id].GetProperty("created_at").GetDateTimeOffset(),
            StartedAt = items[run.Id].GetProperty("started_at").GetDateTimeOffset(),
        })];

        async Task LogAsync(ModelRun run)
        {
            foreach (var name in RandomFilters.Names.Where(_ => random.Next(2) == 0))
            {
                var values = run.Metrics.TryGetValue(name, out var known) ? known : run.Metrics[name] = [];
                for (var more = 1 + random.Next(3); more > 0; more--)
                {
                    var value = random.Next(6) == 0 ? double.NaN : RandomFilters.Pick(random, RandomFilters.Numbers);
                    run.Step = Math.Max(run.Step ?? 0, values.Count);
                    await store.StoreAsync(Event.Metric(run.Id, values.Count, name, value));
                    values.Add(value);
                }
            }
        }
    }

    private static Task<FoundRuns> FindAsync(StoreHost store, RunSearch search, int limit, string? cursor) =>
        store.Services.GetRequiredService<Database>()
            .ReadAsync((db, token) => search.FindAsync(db, limit, cursor, token), CancellationToken.None);

    private static async Task<List<string>> AllAsync(StoreHost store, RunSearch search, int limit)
    {
        var ids = new List<string>();
        for (string? cursor = null; ;)
        {
            var found = await FindAsync(store, search, limit, cursor);
            ids.AddRange(found.Ids);
            if ((cursor = found.NextCursor) is null)
            {
                return ids;
            }
        }
    }

    private sealed record RunEventOf(string Id)
    {
        public IEnumerable<Contracts.Events.RunEvent> Ended(double loss) =>
            [Event.Start(Id), Event.Metric(Id, 1, "loss", loss), Event.Stop(Id, RunStatus.Completed)];
    }
}
