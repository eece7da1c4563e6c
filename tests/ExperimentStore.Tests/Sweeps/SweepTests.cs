using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Sweeps;

public class SweepTests(PostgresServer postgres, RedisServer redis) : SweepingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_grid_is_trained_a_few_trials_at_a_time(string database)
    {
        await using var store = await StartSweepingAsync(database);

        var created = await SweepAsync(store, $"""
            "sampler":"grid","max_concurrent":2,"base":{Base}
            """);
        Assert.Equal(6, created.GetProperty("max_trials").GetInt32());
        for (var ended = 0; ended < 6; ended++)
        {
            var running = await RunningAsync(store, Math.Min(2, 6 - ended));
            Assert.Equal(Math.Min(ended + 2, 6), Count(await StateAsync(store), "handed"));
            await TrainedAsync(store, running[0], 5 - ended, 6);
            await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "completed") == ended + 1);
        }

        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("state").GetString() == "finished");
        Assert.Equal((6, 6, 0, 0), (Count(sweep, "handed"), Count(sweep, "completed"), Count(sweep, "pending"), Count(sweep, "left")));
        Assert.Equal(6, sweep.GetProperty("best").GetProperty("value").GetDouble());
        var trials = await TrialsAsync(store);
        Assert.Equal(6, trials.Select(trial => trial.GetProperty("hyperparams").GetRawText()).Distinct().Count());
        var run = await store.GetAsync($"/api/runs/{Id(trials[5])}");
        Assert.Equal("study", run.GetProperty("experiment_id").GetString());
        var config = run.GetProperty("config");
        Assert.Equal((0.01, 2), (config.GetProperty("learning_rate").GetDouble(), config.GetProperty("num_epochs").GetInt32()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Concurrent_drivers_neither_double_nor_lose_a_trial(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, $"""
            "sampler":"random","max_trials":12,"max_concurrent":3,"seed":1,"base":{Base}
            """);

        for (var ended = 0; ended < 12; ended += 3)
        {
            var running = await RunningAsync(store, 3);
            await Task.WhenAll(running.Select(id => TrainedAsync(store, id, 1)));
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Driver(store).AdvanceAsync(CancellationToken.None)));
            await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "completed") == ended + 3);
        }

        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("state").GetString() == "finished");
        Assert.Equal((12, 12), (Count(sweep, "handed"), Count(sweep, "completed")));
        Assert.Equal(12, (await store.GetAsync("/api/runs?experiment_id=study&limit=100")).GetProperty("items").GetArrayLength());
        Assert.Equal(Enumerable.Range(0, 12), (await TrialsAsync(store)).Select(trial => trial.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Two_replicas_drive_one_sweep_together()
    {
        var settings = await SettingsAsync("postgres");
        await using var first = await StoreHost.StartAsync(settings, configure: ListenForCalls);
        await using var two = await StoreHost.StartAsync(settings, configure: ListenForCalls);
        await first.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
        await SweepAsync(first, """
            "sampler":"grid","max_concurrent":4,"trainer":"external"
            """);
        StoreHost[] stores = [first, two];

        var answers = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(at => stores[at % 2].SendAsync(HttpMethod.Post, "/api/experiments/study/ask")));
        await Task.WhenAll(answers.Where(answer => answer.GetProperty("trial_id").ValueKind is JsonValueKind.String)
            .Select((trial, at) => stores[at % 2]
                .StoreAsync(Event.Metric(Id(trial), 1, "val_loss", at), Event.Stop(Id(trial), RunStatus.Completed))));

        Assert.Equal(6, answers.Select(trial => trial.GetProperty("hyperparams").GetRawText()).Where(text => text != "null").Distinct()
            .Count());
        var sweep = await Wait.UntilAsync(() => StateAsync(two), state => state.GetProperty("state").GetString() == "finished");
        Assert.Equal((6, 6, 0.0),
            (Count(sweep, "handed"), Count(sweep, "completed"), sweep.GetProperty("best").GetProperty("value").GetDouble()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_restarted_store_continues_the_sweep(string database)
    {
        var folder = Directory.CreateTempSubdirectory("trainyard-sweep-").FullName;
        var settings = await SettingsAsync(database, ("APP:DATA_ROOT", folder), ("APP:CORPUS_ROOT", folder));
        try
        {
            string first;
            await using (var store = await StoreHost.StartAsync(settings, Clock, ListenForCalls))
            {
                Directory.CreateDirectory(Path.Combine(store.Artifacts, "tokenizers", "tok"));
                await File.WriteAllTextAsync(Path.Combine(store.Artifacts, "tokenizers", "tok", "manifest.json"),
                    """{"status":"completed"}""", TestContext.Current.CancellationToken);
                await File.WriteAllTextAsync(Path.Combine(store.Corpus, "corpus.txt"), "some text", TestContext.Current.CancellationToken);
                await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
                await SweepAsync(store, $"""
                    "sampler":"tpe","max_trials":2,"base":{Base}
                    """);
                first = (await RunningAsync(store, 1))[0];
                // The run's end is stored, and the process dies before the sweep driver reads it.
                await store.Services.GetRequiredService<Database>().WriteAsync(
                    (db, token) => db.Runs.Where(run => run.Id == first)
                        .ExecuteUpdateAsync(run => run.SetProperty(row => row.Status, RunStatus.Failed), token), CancellationToken.None);
            }

            await using var again = await StoreHost.StartAsync(settings, Clock, ListenForCalls);
            var sweep = await Wait.UntilAsync(() => StateAsync(again), state => Count(state, "handed") == 2);

            Assert.Equal((1, 1), (Count(sweep, "failed"), Count(sweep, "pending")));
            await TrainedAsync(again, (await RunningAsync(again, 1))[0], 2);
            sweep = await Wait.UntilAsync(() => StateAsync(again), state => state.GetProperty("state").GetString() == "finished");
            Assert.Equal((2, 1, 1), (Count(sweep, "handed"), Count(sweep, "failed"), Count(sweep, "completed")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_invalid_combination_fails_only_its_trial(string database)
    {
        await using var store = await StartSweepingAsync(database);

        await SweepAsync(store, $$"""
            "sampler":"grid","max_concurrent":4,"base":{{Base}}
            """, """{"heads":{"type":"choice","values":[3,4]},"dim":{"type":"choice","values":[48,64]}}""");

        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "handed") == 4);
        Assert.Equal((1, 3), (Count(sweep, "failed"), Count(sweep, "pending")));
        var failed = Assert.Single(await TrialsAsync(store), trial => trial.GetProperty("state").GetString() == "failed");
        Assert.Contains("must be a multiple of heads", failed.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", (await store.GetAsync($"/api/runs/{Id(failed)}")).GetProperty("status").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_sweep_whose_first_trials_all_fail_pauses_until_it_is_resumed(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, $"""
            "sampler":"random","max_trials":100,"base":{Base}
            """);

        for (var failed = 0; failed < 5; failed++)
        {
            var id = (await RunningAsync(store, 1))[0];
            await ClaimAsync(store, id, 1);
            await store.TellAsync(1, Event.Stop(id, RunStatus.Failed, attempt: 1) with { ErrorKind = "FATAL", Message = "out of memory" });
            await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "failed") == failed + 1);
        }
        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("state").GetString() == "paused");
        Assert.Contains("out of memory", sweep.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal((5, 5), (Count(sweep, "handed"), Count(sweep, "failed")));

        await store.SendAsync(HttpMethod.Post, "/api/experiments/study/sweep/resume");
        await RunningAsync(store, 1);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_stopped_sweep_starts_no_trials_and_optionally_cancels_running_ones(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, $"""
            "sampler":"tpe","max_trials":9,"max_concurrent":2,"base":{Base}
            """);
        var running = await RunningAsync(store, 2);
        await HoldLeaseAsync(store, running[0]);
        await ClaimAsync(store, running[0], 1);

        await store.SendAsync(HttpMethod.Post, "/api/experiments/study/sweep/stop", new { cancel_running = true });

        Assert.True(await Redis(store).KeyExistsAsync(RedisKeys.Cancelled(running[0])));
        Assert.Equal("cancelled", (await store.GetAsync($"/api/runs/{running[1]}")).GetProperty("status").GetString());
        await store.TellAsync(1, Event.Stop(running[0], RunStatus.Cancelled, attempt: 1));
        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "pending") == 0);
        Assert.Equal(("stopped", 2, 2), (sweep.GetProperty("state").GetString(), Count(sweep, "handed"), Count(sweep, "failed")));
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Post, "/api/experiments/study/sweep/resume")).Code);
        Assert.Equal("running", (await SweepAsync(store, $"""
            "sampler":"tpe","max_trials":1,"base":{Base}
            """)).GetProperty("state").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_pruned_trial_is_cancelled_with_the_reason(string database)
    {
        await using var store = await StartSweepingAsync(database);
        await SweepAsync(store, $$"""
            "sampler":"random","max_trials":4,"pruner":{"type":"median","min_trials":3,"warmup_steps":10,"interval":10},"base":{{Base}}
            """);
        foreach (var level in new[] { 1.0, 2, 3 })
        {
            await TrainedAsync(store, (await RunningAsync(store, 1))[0], level + 2, level + 1, level);
            await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "completed") == (int)level);
        }
        var last = (await RunningAsync(store, 1))[0];
        await HoldLeaseAsync(store, last);
        await ClaimAsync(store, last, 1);

        // Bad, but still warming up; then better than the median there; then worse.
        foreach (var (step, loss, pruned) in new[] { (9L, 9.0, false), (10, 2.9, false), (20, 2.9, true) })
        {
            await store.TellAsync(1, Event.Metric(last, step, "val_loss", loss, attempt: 1));
            await Driver(store).AdvanceAsync(CancellationToken.None);
            Assert.Equal(pruned, await Redis(store).KeyExistsAsync(RedisKeys.Cancelled(last)));
        }

        Assert.True((await store.GetAsync($"/api/experiments/study/trials/{last}/should_prune")).GetProperty("prune").GetBoolean());
        await store.TellAsync(1, Event.Stop(last, RunStatus.Cancelled, attempt: 1) with { Message = "cancelled" });
        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("state").GetString() == "finished");
        Assert.Equal((3, 1), (Count(sweep, "completed"), Count(sweep, "pruned")));
        var run = await store.GetAsync($"/api/runs/{last}");
        Assert.Equal("cancelled", run.GetProperty("status").GetString());
        Assert.StartsWith("pruned at step 20: its best val_loss, 2.9, is worse than 2,",
            run.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_of_a_sweep_are_reported_at_once()
    {
        await using var store = await StartSweepingAsync("sqlite");

        var (_, code, message) = await store.RefusedAsync(HttpMethod.Post, "/api/experiments/study/sweep", """
            {"search_space":{
              "a":{"type":"uniform","min":2,"max":1},"b":{"type":"log_uniform","min":0,"max":1},"c":{"type":"choice","values":[]},
              "d":{"type":"int","min":1.5,"max":4},"e":{"type":"gaussian"},"f":{"type":"uniform","min":0},
              "g":{"type":"choice","values":[1,1]},"h":null},
             "sampler":"magic","direction":"up","max_trials":0,"max_concurrent":0,"objective":{"metric":"","stat":"median"},
             "pruner":{"type":"hyperband","interval":0},"trainer":"nobody","base":[]}
            """);

        Assert.Equal("CONFIG_INVALID", code);
        foreach (var field in (string[])[
            "search_space.a.max", "search_space.b.min", "search_space.c.values", "search_space.d.min", "search_space.e.type",
            "search_space.f.max", "search_space.g.values", "search_space.h", "sampler", "direction", "max_trials", "max_concurrent",
            "objective.metric", "objective.stat", "pruner.type", "pruner.interval", "trainer", "base"])
        {
            Assert.Contains($"{field}:", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"learning_rate":{"type":"uniform","min":0.1,"max":7}}""",
        """{"tokenizer_id":"none","corpus_path":"corpus.txt","colour":1}""", "base")]
    [InlineData("""{"learning_rate":{"type":"uniform","min":0.1,"max":7}}""", Base, "search_space.learning_rate:")]
    [InlineData("""{"learning_rte":{"type":"uniform","min":0.1,"max":0.2}}""", Base, "learning_rte")]
    [InlineData("""{"layers":{"type":"uniform","min":1,"max":3}}""", Base, "search_space.layers:")]
    [InlineData("""{"name":{"type":"choice","values":["a","b"]}}""", Base, "search_space.name:")]
    [InlineData("""{"tokenizer_id":{"type":"choice","values":["tok","none"]}}""", Base, "names no tokenizer")]
    [InlineData("""{"dropout":{"type":"choice","values":[0,0.1]}}""", """{"tokenizer_id":"none","corpus_path":"nowhere.txt"}""",
        "base.corpus_path:")]
    public async Task A_sweep_our_trainer_can_not_train_is_refused(string space, string common, string says)
    {
        await using var store = await StartSweepingAsync("sqlite");

        var refused = await store.RefusedAsync(HttpMethod.Post, "/api/experiments/study/sweep",
            $$$"""{"search_space":{{{space}}},"sampler":"random","max_trials":3,"objective":{"metric":"val_loss"},"base":{{{common}}}}""");

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/experiments/study/sweep")).Code);
        Assert.Empty((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_experiment_has_one_sweep_at_a_time_under_concurrent_requests()
    {
        foreach (var database in new[] { "sqlite", "postgres" })
        {
            await using var store = await StartSweepingAsync(database);
            var json = $$"""{"search_space":{{Space}},"max_trials":3,"objective":{"metric":"val_loss"},"trainer":"external"}""";

            var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
                using var answer = await store.Http.PostAsync(new Uri("/api/experiments/study/sweep", UriKind.Relative), body);
                return (int)answer.StatusCode;
            }));

            Assert.Equal(7, statuses.Count(status => status == 409));
            Assert.Single(statuses, 201);
        }
    }
}
