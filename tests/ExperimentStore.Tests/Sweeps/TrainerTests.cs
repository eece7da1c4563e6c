using System.Net;
using Microsoft.AspNetCore.Http;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Tests.Outbound;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Sweeps;

public class TrainerTests(PostgresServer postgres, RedisServer redis) : SweepingTests(postgres, redis)
{
    private static readonly (string, string)[] Hasty = [("TRAINERS:RETRY_SECONDS", "0.05"), ("TRAINERS:MAX_ATTEMPTS", "4"),
        ("TRAINERS:TIMEOUT_SECONDS", "2")];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_trainer_that_fails_at_first_gets_each_trial_and_reports_by_events(string database)
    {
        await using var trainer = await OtherProgram.TrainerAsync(request => request <= 2 ? Results.StatusCode(503) : Results.Accepted());
        await using var store = await StartWithTrainerAsync(database, trainer.Url);
        await SweepAsync(store, """
            "sampler":"grid","max_concurrent":1,"trainer":"box","base":{"spectral_norm":true,"depth":3}
            """, """{"lr":{"type":"choice","values":[0.1,0.2]}}""");

        for (var trial = 0; trial < 2; trial++)
        {
            var id = (await RunningAsync(store, 1))[0];
            var order = (await Wait.UntilAsync(() => Task.FromResult(trainer.Heard.ToArray()), heard => heard.Length >= trial + 3))[^1];
            Assert.Equal(id, order.GetProperty("trial_id").GetString());
            Assert.Equal("study", order.GetProperty("model_run_id").GetString());
            Assert.True(order.GetProperty("spectral_norm").GetBoolean());
            var hyperparams = order.GetProperty("hyperparams");
            Assert.Equal(trial == 0 ? 0.1 : 0.2, hyperparams.GetProperty("lr").GetDouble());
            Assert.Equal(3, hyperparams.GetProperty("depth").GetInt32());
            await store.StoreAsync(Event.Start(id) with { ExperimentId = "study" }, Event.Metric(id, 1, "val_loss", 2 - trial),
                Event.Stop(id, RunStatus.Completed));
            await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "completed") == trial + 1);
        }

        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("state").GetString() == "finished");
        Assert.Equal(0.2, sweep.GetProperty("best").GetProperty("hyperparams").GetProperty("lr").GetDouble());
        Assert.True((await store.GetAsync($"/api/runs/{Id(sweep.GetProperty("best"))}")).GetProperty("spectral_norm").GetBoolean());
        Assert.Equal(4, trainer.Heard.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_trial_fails_if_its_trainer_is_unreachable(string database)
    {
        await using var store = await StartWithTrainerAsync(database, "http://127.0.0.1:1/train");
        await SweepAsync(store, """
            "sampler":"random","max_trials":2,"trainer":"box"
            """);

        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("state").GetString() == "finished");

        Assert.Equal(2, Count(sweep, "failed"));
        Assert.All(await TrialsAsync(store), trial => Assert.StartsWith("trainer 'box' did not accept the trial in 4 attempts:",
            trial.GetProperty("message").GetString(), StringComparison.Ordinal));
        var run = await store.GetAsync($"/api/runs/{Id((await TrialsAsync(store))[0])}");
        Assert.Equal(("failed", "TRAINER_UNREACHABLE"), (run.GetProperty("status").GetString(), run.GetProperty("error_kind").GetString()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_trial_whose_trainer_falls_silent_fails_and_the_sweep_goes_on(string database)
    {
        await using var trainer = await OtherProgram.TrainerAsync(_ => Results.Accepted());
        await using var store = await StartWithTrainerAsync(database, trainer.Url,
            ("TRAINERS:SILENT_SECONDS", "1"), ("RUNS:SILENCE_SECONDS", "1"), ("RUNS:RECONCILE_EVERY_SECONDS", "1"));
        await SweepAsync(store, """
            "sampler":"random","max_trials":2,"max_concurrent":1,"trainer":"box"
            """);
        var first = (await RunningAsync(store, 1))[0];

        await store.StoreAsync(Event.Metric(first, 1, "val_loss", 1));
        var next = (await Wait.UntilAsync(() => TrialsAsync(store), trials => trials.Count == 2))[^1];

        Assert.NotEqual(first, Id(next));
        var run = await store.GetAsync($"/api/runs/{first}");
        Assert.Equal(("failed", "TRAINER_SILENT"), (run.GetProperty("status").GetString(), run.GetProperty("error_kind").GetString()));
    }

    [Theory]
    [InlineData(400, "it answered 400")]
    [InlineData(302, "redirects are not followed")]
    public async Task An_order_that_a_trainer_refuses_is_not_repeated(int status, string says)
    {
        await using var trainer = await OtherProgram.TrainerAsync(_ => status == 400
            ? Results.Text("no such layer", statusCode: 400)
            : Results.Redirect("/elsewhere"));
        await using var store = await StartWithTrainerAsync("sqlite", trainer.Url);
        await SweepAsync(store, """
            "sampler":"random","max_trials":1,"trainer":"box"
            """);

        await Wait.UntilAsync(() => StateAsync(store), state => Count(state, "failed") == 1);

        Assert.Contains(says, (await TrialsAsync(store))[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(trainer.Heard);
    }

    [Fact]
    public async Task An_undelivered_order_survives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("trainyard-order-").FullName;
        var settings = await SettingsAsync("postgres",
            [("APP:DATA_ROOT", folder), ("TRAINERS:RETRY_SECONDS", "0.1"), ("TRAINERS:MAX_ATTEMPTS", "100")]);
        try
        {
            var ready = false;
            await using var trainer = await OtherProgram.TrainerAsync(
                _ => Volatile.Read(ref ready) ? Results.Ok() : Results.StatusCode(500));
            string id;
            await using (var store = await StoreHost.StartAsync(settings))
            {
                await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
                await store.SendAsync(HttpMethod.Post, "/api/trainers",
                    new { name = "box", url = trainer.Url, secret = OtherProgram.Secret });
                await SweepAsync(store, """
                    "sampler":"random","max_trials":1,"trainer":"box"
                    """);
                id = (await RunningAsync(store, 1))[0];
                await Wait.UntilAsync(() => Task.FromResult(trainer.Heard.Count), heard => heard > 0);
            }
            Volatile.Write(ref ready, true);
            var before = trainer.Heard.Count;

            await using var again = await StoreHost.StartAsync(settings);
            await Wait.UntilAsync(() => Task.FromResult(trainer.Heard.Count), heard => heard > before);
            await Wait.UntilAsync(() => again.GetAsync("/api/trainers/box"), view => view.GetProperty("waiting").GetInt32() == 0);

            Assert.All(trainer.Heard, order => Assert.Equal(id, order.GetProperty("trial_id").GetString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("""{"name":"own","url":"http://a/","secret":"0123456789abcdef"}""", "name:")]
    [InlineData("""{"name":"a b","url":"http://a/","secret":"0123456789abcdef"}""", "name:")]
    [InlineData("""{"name":"a","url":"ftp://a/","secret":"0123456789abcdef"}""", "url:")]
    [InlineData("""{"name":"a","url":"file:///etc/passwd","secret":"0123456789abcdef"}""", "url:")]
    [InlineData("""{"name":"a","url":"/train","secret":"0123456789abcdef"}""", "url:")]
    [InlineData("""{"name":"a","url":"http://user:pass@a/","secret":"0123456789abcdef"}""", "url:")]
    [InlineData("""{"name":"a","url":"http://a/","secret":"short"}""", "secret:")]
    [InlineData("""{}""", "secret:")]
    public async Task An_invalid_trainer_is_refused(string json, string says)
    {
        await using var store = await StartAsync("sqlite");

        var refused = await store.RefusedAsync(HttpMethod.Post, "/api/trainers", json);

        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (refused.Status, refused.Code));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_trainer_is_listed_without_its_secret_and_kept_while_a_sweep_uses_it(string database)
    {
        await using var store = await StartWithTrainerAsync(database, "http://127.0.0.1:1/train");
        await SweepAsync(store, """
            "sampler":"random","max_trials":50,"trainer":"box"
            """);

        Assert.DoesNotContain(OtherProgram.Secret, (await store.GetAsync("/api/trainers")).ToString(), StringComparison.Ordinal);
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Delete, "/api/trainers/box")).Code);
        Assert.Equal("ILLEGAL_TRANSITION", (await store.RefusedAsync(HttpMethod.Post, "/api/trainers",
            $$"""{"name":"box","url":"http://a/","secret":"{{OtherProgram.Secret}}"}""")).Code);
        await store.SendAsync(HttpMethod.Post, "/api/experiments/study/sweep/stop");
        await store.SendAsync(HttpMethod.Delete, "/api/trainers/box");
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Delete, "/api/trainers/box")).Code);
        Assert.Empty((await store.GetAsync("/api/trainers")).GetProperty("items").EnumerateArray());
    }

    private async Task<StoreHost> StartWithTrainerAsync(string database, string url, params (string Name, string Value)[] settings)
    {
        // Real time: retries wait for it.
        var store = await StartAsync(database, clock: null, configure: null, [.. Hasty, .. settings]);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
        await store.SendAsync(HttpMethod.Post, "/api/trainers", new { name = "box", url, secret = OtherProgram.Secret });
        return store;
    }
}
