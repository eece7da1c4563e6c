using System.Net;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Alerts;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Tests.Live;
using Trainyard.ExperimentStore.Training;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Tests.Alerts;

public class AlertTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_value_above_the_threshold_fires_once_for_a_run_and_again_after_a_resume(string database)
    {
        await using var store = await StartAsync(database);
        var alert = await CreateAsync(store, """{"kind":"above","metric":"loss","threshold":2,"name":"too high"}""");

        await store.StoreAsync(Event.Metric("r", 1, "loss", 2), Event.Metric("r", 1, "other", 9), Event.Metric("calm", 1, "loss", 1));
        Assert.Empty(await FiredAsync(store, alert));
        await store.StoreAsync(
            Event.Metric("r", 2, "loss", 2.5), Event.Metric("r", 3, "loss", 7), Event.Metric("second", 1, "loss", double.PositiveInfinity));
        await store.StoreAsync(Event.Metric("r", 4, "loss", 8));

        var fired = await FiredAsync(store, alert);
        Assert.Equal(["r", "second"], fired.Select(firing => firing.GetProperty("run_id").GetString()).Order());
        var first = fired.Single(firing => firing.GetProperty("run_id").GetString() == "r");
        Assert.Equal(
            (2, 2.5, 1),
            (first.GetProperty("step").GetInt64(), first.GetProperty("value").GetDouble(), first.GetProperty("attempt").GetInt32()));
        Assert.Equal("loss is above 2: 2.5 at step 2.", first.GetProperty("message").GetString());
        Assert.Equal(2, (await store.GetAsync($"/api/alerts/{alert}")).GetProperty("fired").GetInt32());

        await store.StoreAsync(
            Event.Resume("r", fromStep: 2), Event.Metric("r", 2, "loss", 9, attempt: 1), Event.Metric("r", 2, "loss", 1));
        Assert.Equal(2, (await FiredAsync(store, alert)).Count);
        await store.StoreAsync(Event.Metric("r", 3, "loss", 3), Event.Metric("r", 4, "loss", 3));

        Assert.Equal(
            [2, 1, 1], (await FiredAsync(store, alert)).Select(firing => firing.GetProperty("attempt").GetInt32()).OrderDescending());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Only_the_nan_rule_matches_nan_and_nan_resets_a_streak(string database)
    {
        await using var store = await StartAsync(database);
        var nan = await CreateAsync(store, """{"kind":"nan"}""");
        var above = await CreateAsync(store, """{"kind":"above","metric":"loss","threshold":-1e9}""");
        var below = await CreateAsync(store, """{"kind":"below","metric":"loss","threshold":1e9}""");
        var row = await CreateAsync(store, """{"kind":"above","metric":"loss","threshold":0,"points":3}""");

        await store.StoreAsync(Event.Metric("r", 1, "loss", double.NaN));
        Assert.Equal(["nan"], (await FiredAsync(store)).Select(firing => firing.GetProperty("kind").GetString()));
        Assert.Equal("NaN", (await FiredAsync(store, nan))[0].GetProperty("value").GetString());

        // One value per batch: a streak counts across transactions.
        foreach (var (value, step) in ((double, int)[])[(1, 2), (1, 3), (double.NaN, 4), (1, 5), (1, 6)])
        {
            await store.StoreAsync(Event.Metric("r", step, "loss", value));
        }
        Assert.Empty(await FiredAsync(store, row));
        Assert.Equal((1, 1), ((await FiredAsync(store, above)).Count, (await FiredAsync(store, below)).Count));

        await store.StoreAsync(Event.Metric("r", 7, "loss", 5));
        Assert.Equal("loss is above 0 for 3 values in a row: 5 at step 7.",
            Assert.Single(await FiredAsync(store, row)).GetProperty("message").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_metric_without_improvement_for_patience_steps_is_a_plateau(string database)
    {
        await using var store = await StartAsync(database);
        var min = await CreateAsync(store, """{"kind":"plateau","metric":"val_loss","patience_steps":100,"min_delta":0.1}""");
        var max = await CreateAsync(store, """{"kind":"plateau","metric":"acc","patience_steps":50,"direction":"max"}""");

        foreach (var (step, loss, acc) in ((int, double, double)[])[
            (0, 3, 0.1), (40, 2, 0.2), (80, 1.95, 0.21), (120, double.NaN, 0.2), (130, 1.93, 0.2)])
        {
            await store.StoreAsync(Event.Metrics("r", step, new() { ["val_loss"] = loss, ["acc"] = acc }));
            Assert.Equal(step == 130 ? 1 : 0, (await FiredAsync(store)).Count);
        }
        Assert.Equal("acc has not improved on 0.21 since step 80: 0.2 at step 130.",
            Assert.Single(await FiredAsync(store, max)).GetProperty("message").GetString());

        await store.StoreAsync(
            Event.Metric("r", 139, "val_loss", 1.91), Event.Metric("r", 140, "val_loss", 1.95), Event.Metric("r", 999, "val_loss", 5));
        Assert.Equal(140, Assert.Single(await FiredAsync(store, min)).GetProperty("step").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_end_of_a_run_fires_for_the_runs_a_rule_covers(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "exp" });
        await store.StoreAsync(Event.Start("ok") with { ExperimentId = "exp" }, Event.Start("bad"), Event.Start("put"));
        var failed = await CreateAsync(store, """{"kind":"failed"}""");
        var finished = await CreateAsync(store, """{"kind":"finished","experiment_id":"exp"}""");
        var ofRun = await CreateAsync(store, """{"kind":"finished","run_id":"put"}""");

        await store.StoreAsync(
            Event.Stop("ok", RunStatus.Completed), Event.Stop("bad", RunStatus.Failed) with { Message = "out of memory" });
        await store.SendAsync(HttpMethod.Put, "/api/runs/put", new { status = "cancelled" });
        await store.StoreAsync(Event.Stop("bad", RunStatus.Failed));

        Assert.Equal(
            "The run has failed: out of memory", Assert.Single(await FiredAsync(store, failed)).GetProperty("message").GetString());
        Assert.Equal(("ok", "The run is completed."), Assert.Single(await FiredAsync(store, finished)) is var end
            ? (end.GetProperty("run_id").GetString(), end.GetProperty("message").GetString())
            : default);
        Assert.Equal("The run is cancelled.", Assert.Single(await FiredAsync(store, ofRun)).GetProperty("message").GetString());

        // A resume opens a new attempt, whose end fires again, even with both ends in one batch.
        await store.StoreAsync(
            Event.Resume("bad", 0), Event.Stop("bad", RunStatus.Failed), Event.Resume("bad", 0), Event.Stop("bad", RunStatus.Failed));
        Assert.Equal(
            [3, 2, 1], (await FiredAsync(store, failed)).Select(firing => firing.GetProperty("attempt").GetInt32()).OrderDescending());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_silent_run_fires_once_and_silence_older_than_the_rule_does_not(string database)
    {
        var clock = new FakeTimeProvider(Event.Noon);
        await using var store = await StartAsync(database, clock);
        var reconciler = store.Services.GetRequiredService<Reconciler>();
        await store.StoreAsync(Event.Start("long-dead"));
        clock.Advance(TimeSpan.FromHours(1));
        await reconciler.ReconcileAsync(CancellationToken.None);
        var general = await CreateAsync(store, """{"kind":"stalled"}""");
        var soon = await CreateAsync(store, """{"kind":"stalled","after_seconds":20}""");
        await store.StoreAsync(Event.Start("quiet"), Event.Heartbeat("announced") with { ExpectNextIn = 30 }, Event.Start("over"));
        await store.StoreAsync(Event.Stop("over", RunStatus.Completed));

        await AfterAsync(21);
        Assert.Empty(await FiredAsync(store, general));
        Assert.Equal(["announced", "quiet"], await RunsAsync(soon));
        await AfterAsync(70);
        Assert.Equal(["announced"], await RunsAsync(general));
        await AfterAsync(600);
        await AfterAsync(600);
        Assert.Equal(["announced", "quiet"], await RunsAsync(general));

        // It reports and falls silent again within the same attempt.
        await store.StoreAsync(Event.Heartbeat("quiet"));
        await AfterAsync(700);
        Assert.Equal(["announced", "quiet"], await RunsAsync(general));

        async Task AfterAsync(int seconds)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            await reconciler.ReconcileAsync(CancellationToken.None);
        }

        async Task<IEnumerable<string?>> RunsAsync(string alert) =>
            (await FiredAsync(store, alert)).Select(firing => firing.GetProperty("run_id").GetString()).Order();
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_firing_that_was_not_published_while_the_clock_was_ahead_is_published_once_it_is_right(string database)
    {
        var clock = new SettableClock(Event.Noon) { Ahead = TimeSpan.FromHours(1) };
        await using var store = await StartAsync(database, clock);
        await CreateAsync(store, """{"kind":"nan","metric":"loss"}""");
        await store.StoreAsync(Event.Metric("r", 1, "loss", double.NaN));
        await Wait.UntilAsync(() => IsPublishedAsync());
        await store.Services.GetRequiredService<Database>().WriteAsync((db, token) => db.AlertFirings.ExecuteUpdateAsync(
            set => set.SetProperty(firing => firing.PublishedAt, (DateTimeOffset?)null), token), CancellationToken.None);

        clock.Ahead = TimeSpan.Zero;
        await store.Services.GetRequiredService<Reconciler>().ReconcileAsync(CancellationToken.None);

        await Wait.UntilAsync(() => IsPublishedAsync());

        Task<bool> IsPublishedAsync() => store.Services.GetRequiredService<Database>().ReadAsync(
            (db, token) => db.AlertFirings.AnyAsync(firing => firing.PublishedAt != null, token), CancellationToken.None);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_repeated_request_does_not_count_its_values_twice(string database)
    {
        await using var store = await StartAsync(database);
        var row = await CreateAsync(store, """{"kind":"above","metric":"loss","threshold":0,"points":3}""");
        var request = new AcceptedRequest("the-key", "req", [Event.Metric("r", 1, "loss", 1)]);

        for (var times = 0; times < 5; times++)
        {
            await store.StoreAsync(request);
        }

        Assert.Empty(await FiredAsync(store, row));
    }

    [Fact]
    public async Task Concurrent_replicas_fire_once_and_both_load_a_new_rule()
    {
        var settings = await SettingsAsync("postgres", ("ALERTS:REFRESH_SECONDS", "3600"));
        await using var first = await StoreHost.StartAsync(settings);
        await using var second = await StoreHost.StartAsync(settings);
        await second.StoreAsync(Event.Metric("warm-up", 1, "loss", 0));
        using var there = await Peer.SubscribeAsync(second, "r");
        var alert = await CreateAsync(first, """{"kind":"above","metric":"loss","threshold":1,"points":2}""");
        // The other replica loads the rule a moment later.
        for (var probe = 0; (await FiredAsync(first, alert)).Count == 0; probe++)
        {
            Assert.True(probe < 600, "The second replica never heard of the rule.");
            await second.StoreAsync(Event.Metric("warm-up", probe, "loss", 2));
        }

        await Task.WhenAll(
            Enumerable.Range(0, 40).Select(step => (step % 2 == 0 ? first : second).StoreAsync(Event.Metric("r", step, "loss", 2))));

        Assert.Equal(
            ["r", "warm-up"], (await FiredAsync(second, alert)).Select(firing => firing.GetProperty("run_id").GetString()).Order());
        JsonElement heard;
        do
        {
            heard = await Peer.HearAsync(there);
        }
        while (heard.GetProperty("type").GetString() != "alert");
        Assert.Equal(("r", alert), (heard.GetProperty("run_id").GetString(), heard.GetProperty("alert_id").GetString()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_firing_is_published_to_the_socket_redis_and_the_bus(string database)
    {
        await using var store = await StartAsync(
            database, configure: builder =>
            builder.ConfigureBus(bus => bus.AddConsumer<Notifier>().Endpoint(endpoint => endpoint.Name = $"notifier-{database}")),
            settings: ("RUNS:RECONCILE_EVERY_SECONDS", "1"));
        await UntilReadyAsync(store);
        var subscriber = store.Services.GetRequiredService<IConnectionMultiplexer>().GetSubscriber();
        var heardInRedis = await subscriber.SubscribeAsync(RedisChannel.Literal(RedisKeys.AlertsChannel));
        using var peer = await Peer.SubscribeAsync(store, "r");
        using var everything = await Peer.SubscribeAsync(store, "*");
        var alert = await CreateAsync(store, """{"kind":"nan","metric":"loss","name":"broken"}""");

        await store.StoreAsync(Event.Metric("r", 5, "loss", double.NaN));

        foreach (var socket in (System.Net.WebSockets.ClientWebSocket[])[peer, everything])
        {
            JsonElement message;
            do
            {
                message = await Peer.HearAsync(socket);
            }
            while (message.GetProperty("type").GetString() != "alert");
            Assert.Equal((alert, "broken", "nan", "NaN", 5),
                (message.GetProperty("alert_id").GetString(), message.GetProperty("name").GetString(),
                    message.GetProperty("kind").GetString(),
                message.GetProperty("value").GetString(), message.GetProperty("step").GetInt64()));
        }
        var inRedis = JsonElement.Parse(
            ((string?)(await heardInRedis.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Message) ?? "");
        Assert.Equal("r", inRedis.GetProperty("run_id").GetString());
        var onBus = await Notifier.Received.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(inRedis.GetProperty("firing_id").GetString(), onBus.FiringId);
        Assert.True(double.IsNaN(onBus.Value ?? 0));
        Notifier.Received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Firings_are_paged_filtered_and_acknowledged(string database)
    {
        await using var store = await StartAsync(database);
        var alert = await CreateAsync(store, """{"kind":"above","metric":"loss","threshold":0}""");
        for (var run = 0; run < 5; run++)
        {
            await store.StoreAsync(Event.Metric($"r{run}", 1, "loss", 1));
        }

        var first = await store.GetAsync($"/api/alerts/fired?alert_id={alert}&limit=2");
        var second = await store.GetAsync(
            $"/api/alerts/fired?alert_id={alert}&limit=10&cursor={first.GetProperty("next_cursor").GetString()}");
        Assert.Equal(
            ["r4", "r3", "r2", "r1", "r0"], first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray())
            .Select(firing => firing.GetProperty("run_id").GetString()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);

        var id = first.GetProperty("items")[0].GetProperty("firing_id").GetString();
        var seen = (await store.SendAsync(HttpMethod.Post, $"/api/alerts/fired/{id}/acknowledge")).GetProperty("acknowledged_at")
            .GetDateTimeOffset();
        var again = (await store.SendAsync(HttpMethod.Post, $"/api/alerts/fired/{id}/acknowledge")).GetProperty("acknowledged_at")
            .GetDateTimeOffset();
        // Databases store microseconds.
        Assert.Equal(seen, again, TimeSpan.FromMicroseconds(1));
        Assert.Single((await store.GetAsync("/api/alerts/fired?acknowledged=true")).GetProperty("items").EnumerateArray());
        Assert.Equal(4, (await store.GetAsync("/api/alerts/fired?acknowledged=false")).GetProperty("items").GetArrayLength());
        Assert.Single((await store.GetAsync("/api/alerts/fired?run_id=r1")).GetProperty("items").EnumerateArray());
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/alerts/fired/none/acknowledge")).Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Deleting_a_rule_or_run_deletes_its_firings(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Start("r"));
        var general = await CreateAsync(store, """{"kind":"above","metric":"loss","threshold":0}""");
        var own = await CreateAsync(store, """{"kind":"above","metric":"loss","threshold":0,"points":2,"run_id":"r"}""");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1), Event.Metric("other", 1, "loss", 1));

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");
        Assert.Equal(["other"], (await FiredAsync(store)).Select(firing => firing.GetProperty("run_id").GetString()));
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, $"/api/alerts/{own}")).Code);

        await store.SendAsync(HttpMethod.Delete, $"/api/alerts/{general}");
        await store.StoreAsync(Event.Metric("new", 1, "loss", 1));
        Assert.Empty(await FiredAsync(store));
        Assert.Empty((await store.GetAsync("/api/alerts")).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await store.RefusedAsync(HttpMethod.Delete, $"/api/alerts/{general}")).Status);
    }

    [Fact]
    public async Task An_invalid_rule_is_refused_with_every_reason()
    {
        await using var store = await StartAsync("sqlite", settings: ("ALERTS:MAX_RULES", "1"));

        foreach (var (body, fields) in ((string, string[])[])
        [
            ("{}", ["kind"]),
            ("""{"kind":"above"}""", ["metric", "threshold"]),
            ("""{"kind":"above","metric":"","threshold":"NaN","points":0}""", ["metric", "threshold", "points"]),
            ("""{"kind":"nan","points":2}""", ["points"]),
            ("""{"kind":"nan","threshold":2,"min_delta":-1}""", ["threshold", "min_delta"]),
            ("""{"kind":"plateau","metric":"loss","min_delta":"Infinity","points":3}""", ["patience_steps", "min_delta", "points"]),
            ("""{"kind":"stalled","metric":"loss","after_seconds":0}""", ["metric", "after_seconds"]),
            ("""{"kind":"failed","after_seconds":5,"direction":"max","patience_steps":3}""",
                ["after_seconds", "direction", "patience_steps"]),
            ("""{"kind":"failed","run_id":"../x","experiment_id":"exp","name":""}""", ["name", "run_id", "experiment_id"]),
        ])
        {
            var refused = await store.RefusedAsync(HttpMethod.Post, "/api/alerts", body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.All(fields, field => Assert.Contains($"{field}: ", refused.Message, StringComparison.Ordinal));
        }
        Assert.Equal(
            "RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/alerts", """{"kind":"failed","run_id":"none"}""")).Code);
        Assert.Equal("DATA_NOT_FOUND",
            (await store.RefusedAsync(HttpMethod.Post, "/api/alerts", """{"kind":"failed","experiment_id":"none"}""")).Code);
        foreach (var body in (string[])["""{"kind":"sideways"}""", """{"kind":"failed","more":1}""", """{"kind":1}""", "[]", "null"])
        {
            Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Post, "/api/alerts", body)).Code);
        }
        await CreateAsync(store, """{"kind":"failed"}""");
        Assert.Contains("ALERTS__MAX_RULES", (await store.RefusedAsync(HttpMethod.Post, "/api/alerts", """{"kind":"failed"}""")).Message,
            StringComparison.Ordinal);
    }

    private static async Task<string> CreateAsync(StoreHost store, string rule) =>
        (await store.SendAsync(HttpMethod.Post, "/api/alerts", JsonElement.Parse(rule))).GetProperty("alert_id").GetString() ?? "";

    private static async Task<List<JsonElement>> FiredAsync(StoreHost store, string? alert = null) =>
        [.. (await store.GetAsync(alert is null ? "/api/alerts/fired" : $"/api/alerts/fired?alert_id={alert}"))
            .GetProperty("items").EnumerateArray()];

    private sealed class Notifier : IConsumer<AlertFired>
    {
        public static TaskCompletionSource<AlertFired> Received { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Consume(ConsumeContext<AlertFired> context)
        {
            Received.TrySetResult(context.Message);
            return Task.CompletedTask;
        }
    }
}
