using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Sweeps;

public class AskTests(PostgresServer postgres, RedisServer redis) : SweepingTests(postgres, redis)
{
    private const string Ask = "/api/experiments/study/ask";
    private const string Tell = "/api/experiments/study/tell";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Concurrent_asks_hand_out_every_grid_point_once(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, """
            "sampler":"grid","trainer":"external","base":{"team":"nlp"}
            """, """{"x":{"type":"int","min":1,"max":20}}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 26).Select(_ => store.SendAsync(HttpMethod.Post, Ask)));

        var handed = answers.Where(answer => answer.GetProperty("trial_id").ValueKind is JsonValueKind.String).ToList();
        Assert.Equal(Enumerable.Range(1, 20), handed.Select(answer => answer.GetProperty("hyperparams").GetProperty("x").GetInt32())
            .Order());
        Assert.All(handed, answer => Assert.Equal("nlp", answer.GetProperty("hyperparams").GetProperty("team").GetString()));
        Assert.All(answers.Except(handed),
            answer => Assert.Equal("all 20 trials have been handed out", answer.GetProperty("message").GetString()));
        var run = await store.GetAsync($"/api/runs/{Id(handed[0])}");
        Assert.Equal(("external", "queued"), (run.GetProperty("kind").GetString(), run.GetProperty("status").GetString()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_filter_finds_a_grid_point_by_the_number_one_writes(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, """
            "sampler":"grid","trainer":"external"
            """, """{"lr":{"type":"log_uniform","min":0.0001,"max":0.1,"points":4}}""");
        for (var trial = 0; trial < 4; trial++)
        {
            await store.SendAsync(HttpMethod.Post, Ask);
        }

        foreach (var lr in (string[])["0.0001", "0.001", "0.01", "0.1"])
        {
            var found = await store.GetAsync($"/api/runs?filter={Uri.EscapeDataString($"params.lr = {lr}")}");
            Assert.Single(found.GetProperty("items").EnumerateArray());
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Asking_again_with_the_same_key_gives_the_same_trials(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, """
            "sampler":"tpe","max_trials":6,"trainer":"external"
            """);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AskAsync("lost", 2)));
        var other = await AskAsync("another", 2);

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.DoesNotContain(other, answers);
        Assert.Equal(4, (await TrialsAsync(store)).Count);
        using (var otherBody = await SendAsync("lost", 1))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, otherBody.StatusCode);
        }
        using (var otherCaller = await SendAsync("lost", 1, "key-1;Job;nlp-;"))
        {
            var trials = JsonElement.Parse(await otherCaller.Content.ReadAsStringAsync()).GetProperty("trials");
            Assert.StartsWith("nlp-", trials[0].GetProperty("trial_id").GetString(), StringComparison.Ordinal);
        }
        var refused = await SendAsync(new string('k', 201), 1);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        async Task<string> AskAsync(string key, int count)
        {
            using var answer = await SendAsync(key, count);
            answer.EnsureSuccessStatusCode();
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("trials").ToString();
        }

        async Task<HttpResponseMessage> SendAsync(string key, int count, string? caller = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Ask) { Content = JsonContent.Create(new { count }) };
            request.Headers.Add("Idempotency-Key", key);
            if (caller is not null)
            {
                request.Headers.Add("X-Trainyard-Caller", caller);
            }
            return await store.Http.SendAsync(request);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Repeating_a_result_changes_nothing_and_a_different_one_is_refused(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, """
            "sampler":"random","max_trials":5,"trainer":"external","direction":"maximize"
            """);
        var answer = await store.SendAsync(HttpMethod.Post, Ask, new { count = 4 });
        string[] ids = [.. answer.GetProperty("trials").EnumerateArray().Select(Id)];
        Assert.Equal(1, answer.GetProperty("left").GetInt32());

        await Task.WhenAll(Enumerable.Range(0, 5)
            .Select(_ => store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[0], value = 0.5 })));
        await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[1], value = 0.7 });
        await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[2], state = "failed" });
        await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[2], state = "failed" });
        var odd = await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[3], value = double.NaN });
        Assert.Equal(("completed", JsonValueKind.Null, "val_loss is NaN: the trial ranks behind every number"),
            (odd.GetProperty("state").GetString(), odd.GetProperty("value").ValueKind, odd.GetProperty("message").GetString()));

        object[] others =
        [
            new { trial_id = ids[0], value = 0.6 }, new { trial_id = ids[0], state = "failed" }, new { trial_id = ids[2], value = 1 },
            new { trial_id = ids[3], value = 0.6 }, new { trial_id = ids[3], value = "Infinity" },
        ];
        await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[3], value = "NaN" });
        foreach (var other in others)
        {
            var refused = await store.RefusedAsync(HttpMethod.Post, Tell, JsonSerializer.Serialize(other));
            Assert.Equal((HttpStatusCode.Conflict, "ILLEGAL_TRANSITION"), (refused.Status, refused.Code));
        }
        var sweep = await StateAsync(store);
        Assert.Equal((3, 1, 0), (Count(sweep, "completed"), Count(sweep, "failed"), Count(sweep, "pending")));
        Assert.Equal((ids[1], 0.7), (Id(sweep.GetProperty("best")), sweep.GetProperty("best").GetProperty("value").GetDouble()));
        var run = await store.GetAsync($"/api/runs/{ids[0]}");
        Assert.Equal(("completed", 0.5),
            (run.GetProperty("status").GetString(), run.GetProperty("metrics").GetProperty("val_loss").GetDouble()));
        Assert.Equal(1, (await store.GetAsync($"/api/runs/{ids[0]}/metrics/latest")).GetProperty("series")[0].GetProperty("count")
            .GetInt32());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_trial_that_reports_by_events_needs_no_tell(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, """
            "sampler":"tpe","max_trials":4,"trainer":"external","seed":3
            """);
        string[] ids = [.. (await store.SendAsync(HttpMethod.Post, Ask, new { count = 4 })).GetProperty("trials").EnumerateArray()
            .Select(Id)];

        await store.StoreAsync(Event.Start(ids[0]), Event.Metric(ids[0], 1, "val_loss", 2), Event.Metric(ids[0], 2, "val_loss", 3),
            Event.Stop(ids[0], RunStatus.Completed));
        await store.StoreAsync(Event.Start(ids[1]), Event.Stop(ids[1], RunStatus.Completed));
        await store.StoreAsync(Event.Start(ids[2]), Event.Stop(ids[2], RunStatus.Failed) with { Message = "boom" });
        await store.SendAsync(HttpMethod.Delete, $"/api/runs/{ids[3]}");
        await Driver(store).AdvanceAsync(CancellationToken.None);

        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("state").GetString() == "finished");
        Assert.Equal((1, 3), (Count(sweep, "completed"), Count(sweep, "failed")));
        Assert.Equal(3, sweep.GetProperty("best").GetProperty("value").GetDouble());
        Assert.Equal([null, "it has logged no val_loss", "boom", "its run was deleted"],
            (await TrialsAsync(store)).Select(trial => trial.GetProperty("message").GetString()));
        await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[0], value = 3 });
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Post, Tell, $$"""{"trial_id":"{{ids[0]}}","value":4}"""))
            .Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_trial_is_asked_to_stop_and_reports_that_it_did(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, """
            "sampler":"random","max_trials":10,"trainer":"external","direction":"maximize","pruner":{"min_trials":2,"warmup_steps":5}
            """);
        string[] ids = [.. (await store.SendAsync(HttpMethod.Post, Ask, new { count = 4 })).GetProperty("trials").EnumerateArray()
            .Select(Id)];
        foreach (var (id, level) in new[] { (ids[0], 0.5), (ids[1], 0.9) })
        {
            await store.StoreAsync([.. Enumerable.Range(0, 10)
                .Select(step => Event.Metric(id, step, "val_loss", level * step / 9)), Event.Stop(id, RunStatus.Completed)]);
        }
        await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "completed") == 2);

        Assert.False(await PruneAsync(ids[2], "?step=4&value=0"));
        Assert.False(await PruneAsync(ids[2], "?step=9&value=0.71"));
        Assert.True(await PruneAsync(ids[2], "?step=9&value=0.69"));
        Assert.False(await PruneAsync(ids[2], ""));
        await store.StoreAsync(Event.Metric(ids[2], 7, "val_loss", 0.1));
        Assert.True(await PruneAsync(ids[2], ""));
        await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = ids[2], state = "pruned" });
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{ids[3]}/cancel");
        Assert.True(await PruneAsync(ids[3], ""));

        var pruned = (await TrialsAsync(store))[2];
        Assert.Equal(("pruned", 0.1, 7),
            (pruned.GetProperty("state").GetString(), pruned.GetProperty("value").GetDouble(), pruned.GetProperty("step").GetInt32()));
        Assert.Equal("cancelled", (await store.GetAsync($"/api/runs/{ids[2]}")).GetProperty("status").GetString());

        async Task<bool> PruneAsync(string id, string query)
        {
            var answer = await store.GetAsync($"/api/experiments/study/trials/{id}/should_prune{query}");
            return answer.GetProperty("prune").GetBoolean();
        }
    }

    [Fact]
    public async Task A_search_by_ask_and_tell_improves()
    {
        await using var store = await StartSweepingAsync("sqlite");
        await SweepAsync(store, """
            "sampler":"tpe","max_trials":60,"trainer":"external","seed":2
            """, """{"x":{"type":"uniform","min":-5,"max":5},"kind":{"type":"choice","values":["good","bad"]}}""");

        var losses = new List<double>();
        for (var trial = 0; trial < 60; trial++)
        {
            var answer = await store.SendAsync(HttpMethod.Post, Ask);
            var hyperparams = answer.GetProperty("hyperparams");
            var (x, kind) = (hyperparams.GetProperty("x").GetDouble(), hyperparams.GetProperty("kind").GetString());
            losses.Add((x - 1) * (x - 1) + (kind == "bad" ? 4 : 0));
            await store.SendAsync(HttpMethod.Post, Tell, new { trial_id = Id(answer), value = losses[^1] });
        }

        Assert.True(losses.Skip(40).Average() < losses.Take(10).Average() / 3, string.Join(' ', losses));
    }

    [Fact]
    public async Task Invalid_asks_and_results_are_refused()
    {
        await using var store = await StartSweepingAsync("sqlite");
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, Ask)).Code);
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/experiments/other/ask")).Code);
        await SweepAsync(store, """
            "sampler":"random","max_trials":5,"trainer":"external"
            """);
        var id = Id(await store.SendAsync(HttpMethod.Post, Ask));

        var nameless = await store.RefusedAsync(HttpMethod.Post, Tell, """{"value":1.5}""");
        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (nameless.Status, nameless.Code));
        Assert.Contains("trial_id", nameless.Message, StringComparison.Ordinal);
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, Ask, """{"count":0}""")).Code);
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, Ask, """{"count":101}""")).Code);
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, Tell, $$"""{"trial_id":"{{id}}"}""")).Code);
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, Tell, $$"""{"trial_id":"{{id}}","state":"great"}"""))
            .Code);
        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, Tell, """{"trial_id":"nobody","value":1}""")).Code);
        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/experiments/study/trials/a%20b/should_prune")).Code);
        Assert.Equal("CONFIG_INVALID",
            (await store.RefusedAsync(HttpMethod.Get, $"/api/experiments/study/trials/{id}/should_prune?value=1")).Code);
        await store.SendAsync(HttpMethod.Post, "/api/experiments/study/sweep/pause");
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Post, Ask)).Code);
        await store.SendAsync(HttpMethod.Post, "/api/experiments/study/sweep/stop");
        await SweepAsync(store, $"""
            "sampler":"random","max_trials":5,"base":{Base}
            """);
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Post, Ask)).Code);
        Assert.Equal("ILLEGAL_TRANSITION",
            (await store.RefusedAsync(HttpMethod.Post, Tell, $$"""{"trial_id":"{{(await RunningAsync(store, 1))[0]}}","value":1}""")).Code);
    }
}
