using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Training;

public class ReconcilerTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_whose_worker_died_gets_a_freshattempt_after_the_grace_period(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:LEASE_GRACE_SECONDS", "15"));
        var (reconciler, id) = (Reconciler(store), await TrainAsync(store));
        await HoldLeaseAsync(store, id);
        await ClaimAsync(store, id, 1);
        await store.TellAsync(1, Event.Metric(id, 40, "train_loss", 2, attempt: 1));

        await reconciler.ReconcileAsync(CancellationToken.None);
        await LoseLeaseAsync(store, id);
        await reconciler.ReconcileAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal(("running", 1), (await StateAsync(store, id)) is var early ? (early.Status, early.Attempt) : default);

        Clock.Advance(TimeSpan.FromSeconds(6));
        await reconciler.ReconcileAsync(CancellationToken.None);

        Assert.Equal(("queued", 2), (await StateAsync(store, id)) is var late ? (late.Status, late.Attempt) : default);
        Assert.Contains(new TrainModel(id, 2), await CallsAsync(store, 2));
        Assert.True((await ClaimAsync(store, id, 2)).Is<RunClaimed>(out var claimed));
        Assert.True(claimed.Message.Resume);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_lease_that_comes_back_within_the_grace_changes_nothing(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:LEASE_GRACE_SECONDS", "15"));
        var (reconciler, id) = (Reconciler(store), await TrainAsync(store));
        await ClaimAsync(store, id, 1);

        await reconciler.ReconcileAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(14));
        await HoldLeaseAsync(store, id);
        await reconciler.ReconcileAsync(CancellationToken.None);
        await LoseLeaseAsync(store, id);
        Clock.Advance(TimeSpan.FromSeconds(14));
        await reconciler.ReconcileAsync(CancellationToken.None);

        Assert.Equal("running", (await StateAsync(store, id)).Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Where_leases_end_with_the_process_only_what_its_start_finds_is_queued_again_at_once(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:LEASES_END_WITH_PROCESS", "true"));
        var (reconciler, id) = (Reconciler(store), await TrainAsync(store));
        await ClaimAsync(store, id, 1);

        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal(("queued", 2), (await StateAsync(store, id)) is var found ? (found.Status, found.Attempt) : default);

        await ClaimAsync(store, id, 2);
        await reconciler.ReconcileAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(14));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal(("running", 2), (await StateAsync(store, id)) is var late ? (late.Status, late.Attempt) : default);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attempts_without_progress_are_limited_and_progress_resets_the_count(string database)
    {
        await using var store = await StartTrainingAsync(
            database, ("RUNS:LEASE_GRACE_SECONDS", "0"), ("RUNS:MAX_STALLED_ATTEMPTS", "3"), ("RUNS:RETRY_SECONDS", "4"));
        var (reconciler, id) = (Reconciler(store), await TrainAsync(store));
        long?[] reached = [null, null, 10, 10, null, null];

        foreach (var (step, index) in reached.Select((step, index) => (step, index)))
        {
            var (status, attempt, _) = await StateAsync(store, id);
            Assert.Equal(("queued", index + 1), (status, attempt));
            Assert.True((await ClaimAsync(store, id, attempt)).Is<RunClaimed>(out _));
            if (step is not null)
            {
                await store.TellAsync(attempt, Event.Metric(id, step, "train_loss", 2, attempt));
            }
            await reconciler.ReconcileAsync(CancellationToken.None);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var run = await store.GetAsync($"/api/runs/{id}");
        Assert.Equal(("failed", "TRANSIENT"), (run.GetProperty("status").GetString(), run.GetProperty("error_kind").GetString()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_unclaimed_run_is_offered_again_with_growing_delays(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:OFFER_AGAIN_SECONDS", "10"));
        var (reconciler, id) = (Reconciler(store), await TrainAsync(store));
        await CallsAsync(store, 1);

        for (var second = 0; second < 75; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await reconciler.ReconcileAsync(CancellationToken.None);
        }

        // At 0, 10, 30 and 70 seconds.
        await CallsAsync(store, 4);
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{id}/cancel");
        Clock.Advance(TimeSpan.FromHours(1));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.All(await CallsAsync(store, 4), call => Assert.Equal(new TrainModel(id, 1), call));
        Assert.Equal(4, (await CallsAsync(store, 4)).Length);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_queued_while_the_clock_was_ahead_is_offered_once_the_clock_is_right(string database)
    {
        await using var store = await StartTrainingAsync(database);
        Clock.Ahead = TimeSpan.FromMinutes(10);
        var id = await TrainAsync(store);
        await CallsAsync(store, 1);

        Clock.Ahead = TimeSpan.Zero;
        await Reconciler(store).ReconcileAsync(CancellationToken.None);
        await Reconciler(store).ReconcileAsync(CancellationToken.None);

        Assert.Equal([new(id, 1), new(id, 1)], await CallsAsync(store, 2));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Offers_of_a_clock_that_was_ahead_are_found_behind_others_that_are_not_due(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:OFFER_AGAIN_SECONDS", "60"));
        var waiting = await TrainAsync(store);
        Clock.Ahead = TimeSpan.FromMinutes(5);
        var wrong = await TrainAsync(store);
        Clock.Ahead = TimeSpan.Zero;
        Clock.Advance(TimeSpan.FromSeconds(30));
        var fresh = await TrainAsync(store);
        await CallsAsync(store, 3);

        await Reconciler(store).ReconcileAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(30));
        await Reconciler(store).ReconcileAsync(CancellationToken.None);

        Assert.Equal(
            [new(waiting, 1), new(wrong, 1), new(fresh, 1), new(wrong, 1), new(waiting, 1)], await CallsAsync(store, 5));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_grace_of_a_missing_lease_does_not_depend_on_the_time_of_day(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:LEASE_GRACE_SECONDS", "15"));
        var (reconciler, id) = (Reconciler(store), await TrainAsync(store));
        await ClaimAsync(store, id, 1);

        await reconciler.ReconcileAsync(CancellationToken.None);
        Clock.Ahead = TimeSpan.FromMinutes(10);
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal("running", (await StateAsync(store, id)).Status);

        Clock.Ahead = TimeSpan.FromMinutes(-10);
        Clock.Advance(TimeSpan.FromSeconds(16));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal("queued", (await StateAsync(store, id)).Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_clock_that_is_ahead_for_a_moment_makes_no_run_silent(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:SILENCE_SECONDS", "600"));
        var reconciler = Reconciler(store);
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "stalled" });

        Clock.Ahead = TimeSpan.FromMinutes(20);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Clock.Ahead = TimeSpan.Zero;
        await reconciler.ReconcileAsync(CancellationToken.None);

        Assert.Equal("running", (await StateAsync(store, "r")).Status);
        Assert.Empty((await store.GetAsync("/api/alerts/fired")).GetProperty("items").EnumerateArray());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_last_heard_while_the_clock_was_ahead_is_silent_after_the_usual_time(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:SILENCE_SECONDS", "600"));
        var reconciler = Reconciler(store);
        Clock.Ahead = TimeSpan.FromHours(1);
        await store.StoreAsync(Event.Metric("gone", 1, "loss", 1), Event.Metric("alive", 1, "loss", 1));

        Clock.Ahead = TimeSpan.Zero;
        await store.StoreAsync(Event.Metric("alive", 2, "loss", 1));
        Assert.InRange(
            (await store.GetAsync("/api/runs/alive")).GetProperty("last_heartbeat").GetDateTimeOffset(),
            Clock.GetUtcNow().AddSeconds(-1), Clock.GetUtcNow());
        await reconciler.ReconcileAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromSeconds(601));
        await reconciler.ReconcileAsync(CancellationToken.None);

        Assert.Equal("interrupted", (await StateAsync(store, "gone")).Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_silent_external_run_is_interrupted_until_its_next_event(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:SILENCE_SECONDS", "600"), ("RUNS:MIN_SILENCE_SECONDS", "60"));
        var reconciler = Reconciler(store);
        await store.StoreAsync(
            Event.Metric("plain", 1, "loss", 1), Event.Heartbeat("quick") with { ExpectNextIn = 5 },
            Event.Heartbeat("slow") with { ExpectNextIn = 400 });

        Clock.Advance(TimeSpan.FromSeconds(61));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal(("running", "interrupted", "running"), await StatusesAsync());

        Clock.Advance(TimeSpan.FromSeconds(600));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal(("interrupted", "interrupted", "running"), await StatusesAsync());

        Clock.Advance(TimeSpan.FromSeconds(600));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal(("interrupted", "interrupted", "interrupted"), await StatusesAsync());

        await store.StoreAsync(Event.Metric("plain", 2, "loss", 1), Event.Log("quick", "hello"), Event.Stop("slow", RunStatus.Completed));
        Assert.Equal(("running", "running", "completed"), await StatusesAsync());

        async Task<(string?, string?, string?)> StatusesAsync() =>
            ((await StateAsync(store, "plain")).Status, (await StateAsync(store, "quick")).Status,
                (await StateAsync(store, "slow")).Status);
    }

    [Fact]
    public async Task An_external_run_that_reports_its_interruption_stays_interrupted()
    {
        await using var store = await StartTrainingAsync("sqlite");

        await store.StoreAsync(Event.Metric("r", 1, "loss", 1), Event.Stop("r", RunStatus.Interrupted));
        await store.StoreAsync(Event.Metric("r", 2, "loss", 1));

        Assert.Equal("interrupted", (await StateAsync(store, "r")).Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task No_run_counts_as_abandoned_while_redis_does_not_answer(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:LEASE_GRACE_SECONDS", "0"),
            ("ConnectionStrings:redis", "127.0.0.1:1,connectTimeout=100,syncTimeout=200,asyncTimeout=200"));
        var (reconciler, id) = (Reconciler(store), await TrainAsync(store));
        await ClaimAsync(store, id, 1);

        await reconciler.ReconcileAsync(CancellationToken.None);
        await store.TellAsync(1, Event.Metric(id, 1, "train_loss", 1, attempt: 1));

        var run = await store.GetAsync($"/api/runs/{id}");
        Assert.Equal("running", run.GetProperty("status").GetString());
        Assert.Equal(1, run.GetProperty("metrics").GetProperty("train_loss").GetDouble());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task How_a_trainer_ends_decides_what_follows(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:RETRY_SECONDS", "5"));

        Assert.Equal(("completed", 1), await AfterAsync(Stop(RunStatus.Completed)));
        Assert.Equal(("failed", 1), await AfterAsync(id => Stop(RunStatus.Failed)(id) with { ErrorKind = "USER_INPUT" }));
        Assert.Equal(
            ("queued", 2), await AfterAsync(id => Stop(RunStatus.Failed)(id) with { ErrorKind = "TRANSIENT", Message = "disk full" }));
        Assert.Equal(("queued", 2), await AfterAsync(Stop(RunStatus.Interrupted)));
        Assert.Equal(("interrupted", 1), await AfterAsync(Stop(RunStatus.Interrupted), "pause"));
        Assert.Equal(("cancelled", 1), await AfterAsync(Stop(RunStatus.Cancelled), "cancel"));
        Assert.Equal(("cancelled", 1), await AfterAsync(Stop(RunStatus.Interrupted), "cancel"));

        async Task<(string?, int)> AfterAsync(Func<string, RunStopped> stop, string? action = null)
        {
            var id = await TrainAsync(store);
            await ClaimAsync(store, id, 1);
            if (action is not null)
            {
                await store.SendAsync(HttpMethod.Post, $"/api/runs/{id}/{action}");
            }
            await store.TellAsync(1, stop(id));
            // A worker that counted as dead, or a late message.
            await store.TellAsync(1, Stop(RunStatus.Completed)(id), Event.Start(id) with { Attempt = 1 });
            var state = await StateAsync(store, id);
            return (state.Status, state.Attempt);
        }

        static Func<string, RunStopped> Stop(RunStatus status) => id => Event.Stop(id, status, attempt: 1);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_request_outlives_a_dead_worker_and_a_lost_flag(string database)
    {
        await using var store = await StartTrainingAsync(database, ("RUNS:LEASE_GRACE_SECONDS", "0"));
        var reconciler = Reconciler(store);
        var (cancelled, paused) = (await TrainAsync(store), await TrainAsync(store));
        foreach (var (id, request) in new[] { (cancelled, "cancel"), (paused, "pause") })
        {
            await HoldLeaseAsync(store, id);
            await ClaimAsync(store, id, 1);
            await store.SendAsync(HttpMethod.Post, $"/api/runs/{id}/{request}");
        }
        Assert.True(await Redis(store).KeyExistsAsync(RedisKeys.Cancelled(cancelled)));
        await Redis(store).KeyDeleteAsync([RedisKeys.Cancelled(cancelled), RedisKeys.PauseRequested(paused)]);

        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.True(await Redis(store).KeyExistsAsync(RedisKeys.Cancelled(cancelled)));
        Assert.True(await Redis(store).KeyExistsAsync(RedisKeys.PauseRequested(paused)));

        await LoseLeaseAsync(store, cancelled);
        await LoseLeaseAsync(store, paused);
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal("cancelled", (await StateAsync(store, cancelled)).Status);
        Assert.Equal(("interrupted", 1, "paused"), await StateAsync(store, paused));
    }
}
