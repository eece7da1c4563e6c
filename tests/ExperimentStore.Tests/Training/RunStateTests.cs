using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Training;

/// <summary>The store's keys in Redis expire and are deleted with their run. Runs don't depend on them.</summary>
public class RunStateTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Fact]
    public async Task The_keys_of_a_run_expire_and_are_deleted_with_it()
    {
        await using var store = await StartTrainingAsync("sqlite");
        var run = await TrainAsync(store);
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/cancel");
        await Wait.UntilAsync(() => StatusAsync(store, run), status => status == "cancelled");
        await Wait.UntilAsync(() => Redis(store).KeyExistsAsync(RedisKeys.Message(run)), exists => exists);
        await store.Services.GetRequiredService<RunFlags>().AskAsync(run, RunRequest.Cancel);
        RedisKey[] keys = [RedisKeys.Status(run), RedisKeys.Message(run), RedisKeys.Cancelled(run)];
        Assert.All(
            keys, key => Assert.InRange(Redis(store).KeyTimeToLive(key) ?? TimeSpan.Zero, TimeSpan.FromDays(6), TimeSpan.FromDays(7)));

        await store.SendAsync(HttpMethod.Delete, $"/api/runs/{run}?permanent=true");

        Assert.Equal(0, await Redis(store).KeyExistsAsync(keys));
    }

    [Fact]
    public async Task Keys_of_an_active_run_that_Redis_lost_are_restored()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Start("at-work"));
        await store.StoreAsync(Event.Start("done"), Event.Stop("done", RunStatus.Completed));
        await Wait.UntilAsync(() => StatusAsync(store, "done"), status => status == "completed");
        await Redis(store).KeyDeleteAsync([RedisKeys.Status("at-work"), RedisKeys.Status("done")]);

        await ActivatorUtilities.CreateInstance<RunStateRefresh>(store.Services).CatchUpAsync(CancellationToken.None);

        Assert.Equal(("running", null), (await StatusAsync(store, "at-work"), await StatusAsync(store, "done")));
    }

    [Fact]
    public async Task A_full_Redis_stops_neither_runs_nor_live_updates()
    {
        await using var full = new RedisServer();
        await full.InitializeAsync();
        await using var store = await StartTrainingAsync(
            "sqlite", ("ConnectionStrings:redis", $"{full.ConnectionString},allowAdmin=true"), ("RUNS:LEASE_GRACE_SECONDS", "1"));
        var run = await TrainAsync(store);
        await ClaimAsync(store, run, attempt: 1);
        await HoldLeaseAsync(store, run);
        await Wait.UntilAsync(() => StatusAsync(store, run), status => status == "running");
        var reconciler = Reconciler(store);
        await using var peer = await ConnectionMultiplexer.ConnectAsync(full.ConnectionString);
        var heard = await peer.GetSubscriber().SubscribeAsync(RedisChannel.Literal(RedisKeys.LiveChannel));

        await Redis(store).ExecuteAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
        await Redis(store).ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        await Assert.ThrowsAsync<RedisServerException>(() => Redis(store).StringSetAsync("more", "1"));
        await store.StoreAsync(Event.Start("outside"), Event.Metric("outside", 1, "loss", 1));
        for (var pass = 0; pass < 3; pass++)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            await reconciler.ReconcileAsync(CancellationToken.None);
        }

        Assert.Equal(("running", 1), (await StateAsync(store, run) is var state ? (state.Status, state.Attempt) : default));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var news = "";
        while (!news.Contains("metric_update", StringComparison.Ordinal))
        {
            news += (await heard.ReadAsync(timeout.Token)).Message;
        }
        // Subscribers lost no update.
        Assert.DoesNotContain("resync", news, StringComparison.Ordinal);
    }

    private static async Task<string?> StatusAsync(StoreHost store, string run) => await Redis(store).StringGetAsync(RedisKeys.Status(run));
}
