using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps.Trainers;
using Trainyard.ExperimentStore.Tests.Webhooks;
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

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_order_that_failed_while_the_clock_was_ahead_is_sent_again_after_its_usual_delay(string database)
    {
        await using var trainer = await OtherProgram.TrainerAsync(
            request => request == 1 ? Results.StatusCode(503) : Results.Accepted());
        await using var store = await StartWithTrainerAsync(database, trainer.Url, Clock);
        Clock.Ahead = TimeSpan.FromDays(1);
        await SweepAsync(store, """
            "sampler":"random","max_trials":1,"trainer":"box"
            """);
        await UntilSentAsync(1);

        Clock.Ahead = TimeSpan.Zero;

        await UntilSentAsync(2);

        Task UntilSentAsync(int times) => Wait.UntilAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(2));
            return trainer.Heard.Count == times;
        });
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_time_to_start_an_accepted_trial_does_not_depend_on_a_clock_that_was_ahead(string database)
    {
        await using var trainer = await OtherProgram.TrainerAsync(_ => Results.Accepted());
        await using var store = await StartWithTrainerAsync(database, trainer.Url, Clock, ("TRAINERS:START_WITHIN_SECONDS", "60"));
        Clock.Ahead = TimeSpan.FromDays(1);
        await SweepAsync(store, """
            "sampler":"random","max_trials":1,"trainer":"box"
            """);
        var id = (await RunningAsync(store, 1))[0];
        await Wait.UntilAsync(() => IsTakenAsync(store));

        // Further away than the time to start: it begins anew.
        Clock.Ahead = TimeSpan.Zero;
        await DispatcherOf(store).DeliverAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(50));
        await DispatcherOf(store).DeliverAsync(CancellationToken.None);
        Assert.Equal("queued", (await StateAsync(store, id)).Status);

        // A jump ahead does not shorten it.
        Clock.Ahead = TimeSpan.FromMinutes(10);
        await DispatcherOf(store).DeliverAsync(CancellationToken.None);
        Assert.Equal("queued", (await StateAsync(store, id)).Status);

        Clock.Ahead = TimeSpan.Zero;
        Clock.Advance(TimeSpan.FromSeconds(11));
        await DispatcherOf(store).DeliverAsync(CancellationToken.None);
        Assert.Equal("failed", (await StateAsync(store, id)).Status);

        static Task<bool> IsTakenAsync(StoreHost store) => store.Services.GetRequiredService<Database>().ReadAsync(
            (db, token) => db.Deliveries.AnyAsync(order => order.TakenAt != null, token), CancellationToken.None);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_clock_that_is_ahead_for_a_moment_fails_no_trial(string database)
    {
        await using var store = await StartWithTrainerAsync(
            database, "http://127.0.0.1:1/train", Clock, ("TRAINERS:SILENT_SECONDS", "3600"));
        await SweepAsync(store, """
            "sampler":"random","max_trials":1,"trainer":"external"
            """);
        var ask = await store.SendAsync(HttpMethod.Post, "/api/experiments/study/ask");
        var id = Id(ask);
        await store.StoreAsync(Event.Metric(id, 1, "val_loss", 1), Event.Stop(id, RunStatus.Interrupted));

        Clock.Ahead = TimeSpan.FromDays(1);
        await Driver(store).AdvanceAsync(CancellationToken.None);
        Assert.Equal("interrupted", (await StateAsync(store, id)).Status);

        Clock.Ahead = TimeSpan.Zero;
        Clock.Advance(TimeSpan.FromHours(2));
        await Driver(store).AdvanceAsync(CancellationToken.None);
        Assert.Equal("failed", (await StateAsync(store, id)).Status);
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

    private static TrainerDispatcher DispatcherOf(StoreHost store) => store.Services.GetRequiredService<TrainerDispatcher>();

    // Real time: retries wait for it.
    private Task<StoreHost> StartWithTrainerAsync(string database, string url, params (string Name, string Value)[] settings) =>
        StartWithTrainerAsync(database, url, clock: null, settings);

    private async Task<StoreHost> StartWithTrainerAsync(
        string database, string url, TimeProvider? clock, params (string Name, string Value)[] settings)
    {
        var store = await StartAsync(database, clock, configure: null, [.. Hasty, .. settings]);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
        await store.SendAsync(HttpMethod.Post, "/api/trainers", new { name = "box", url, secret = OtherProgram.Secret });
        return store;
    }
}
