using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Harness;
using Trainyard.Harness.Faults;
using Trainyard.Models.Checkpoints;
using Trainyard.TrainerWorker.Leases;

namespace Trainyard.TrainerWorker.Tests;

public class LeaseTests(RedisServer redis)
{
    [Fact]
    public async Task The_lease_is_renewed_for_as_long_as_the_run_takes()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString, ("TRAINER:LEASE_SECONDS", "1"));
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        var first = host.Redis.StringGet(RedisKeys.Heartbeat(run));
        host.Redis.KeyExpire(RedisKeys.Heartbeat(run), TimeSpan.FromMilliseconds(500));
        await Wait.UntilAsync(() => host.Redis.KeyTimeToLive(RedisKeys.Heartbeat(run)) > TimeSpan.FromMilliseconds(600));

        Assert.Equal(first, host.Redis.StringGet(RedisKeys.Heartbeat(run)));
        Assert.InRange(
            host.Redis.KeyTimeToLive(RedisKeys.Heartbeat(run)) ?? TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_writes_and_says_nothing_more()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var lost = await host.QueueAsync(WorkerHost.Endless with { EvalEvery = 1_000_000 });
        await host.UntilStepAsync(lost, 5);
        host.Redis.StringSet(RedisKeys.Heartbeat(lost), "somebody-else 2 now");
        // It is idle again once it trains another run.
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));

        Assert.Empty(host.Store.EventsOf(lost).OfType<RunStopped>());
        Assert.Empty(new CheckpointStore(host.RunFolder(lost).Checkpoints).Steps);
        Assert.Equal("somebody-else 2 now", host.Redis.StringGet(RedisKeys.Heartbeat(lost)));
    }

    [Fact]
    public async Task A_lease_that_Redis_forgot_is_taken_again_if_the_run_is_still_ours()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        host.Redis.KeyDelete(RedisKeys.Heartbeat(run));
        await Wait.UntilAsync(() => host.Redis.KeyExists(RedisKeys.Heartbeat(run)) && host.Store.ClaimsOf(run) == 2);
        host.Redis.StringSet(RedisKeys.Cancelled(run), "1");

        Assert.Equal(RunStatus.Cancelled, (await host.EndOfAsync(run)).Status);
    }

    [Fact]
    public async Task A_lease_that_expired_early_is_taken_again_before_its_renewal_is_due()
    {
        await using var host = await WorkerHost.StartAsync(
            redis.ConnectionString, ("TRAINER:LEASE_SECONDS", "3600"), ("TRAINER:RENEW_SECONDS", "1200"));
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);

        // As after the clock of Redis was set ahead.
        host.Redis.KeyDelete(RedisKeys.Heartbeat(run));

        await Wait.UntilAsync(() => host.Redis.KeyExists(RedisKeys.Heartbeat(run)) && host.Store.ClaimsOf(run) == 2);
        host.Redis.StringSet(RedisKeys.Cancelled(run), "1");
        Assert.Equal(RunStatus.Cancelled, (await host.EndOfAsync(run)).Status);
    }

    [Fact]
    public async Task A_worker_that_can_not_reach_Redis_gives_its_run_up_when_its_lease_ends()
    {
        var address = redis.Endpoint;
        await using var way = new TcpProxy(() => address);
        await using var host = await WorkerHost.StartAsync(
            $"{redis.ConnectionStringThrough(way.Port)},connectTimeout=1000,asyncTimeout=500", ("TRAINER:LEASE_SECONDS", "2"));
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        var key = RedisKeys.Heartbeat(run);
        await using var direct = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        address = ("127.0.0.1", 1);
        way.Cut();

        // Until the lease has ended in Redis, and another worker could have it, the run goes on or is given up; after that nothing comes
        // any more.
        await Wait.UntilAsync(() => !direct.GetDatabase().KeyExists(key));
        var told = host.Store.EventsOf(run).Count;
        address = redis.Endpoint;
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));

        Assert.Equal(told, host.Store.EventsOf(run).Count);
        Assert.Empty(host.Store.EventsOf(run).OfType<RunStopped>());
    }

    [Fact]
    public async Task A_lease_that_was_taken_anew_is_asked_for_until_the_store_has_answered()
    {
        await using var database = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        using var lease = new RunLease(
            database.GetDatabase(), $"lease-{Guid.NewGuid():N}", "worker 1", TimeSpan.FromMinutes(1), TimeProvider.System);
        await lease.TryTakeAsync();
        await lease.ReleaseAsync();
        var asked = 0;

        await Assert.ThrowsAsync<TimeoutException>(() => lease.RenewAsync(() => throw new TimeoutException($"Asked {++asked} times.")));
        await Assert.ThrowsAsync<TimeoutException>(() => lease.RenewAsync(() => throw new TimeoutException($"Asked {++asked} times.")));
        Assert.True(await lease.RenewAsync(() => Task.FromResult(true)));
        Assert.True(await lease.RenewAsync(() => throw new InvalidOperationException("It has said yes.")));

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_lease_ends_by_the_clock_of_its_holder_before_it_ends_in_Redis()
    {
        var clock = new FakeTimeProvider();
        await using var database = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        using var lease = new RunLease(database.GetDatabase(), $"lease-{Guid.NewGuid():N}", "worker 1", TimeSpan.FromSeconds(10), clock);
        await lease.TryTakeAsync();

        clock.Advance(TimeSpan.FromSeconds(8.9));
        Assert.True(await lease.RenewAsync(() => Task.FromResult(true)));
        clock.Advance(TimeSpan.FromSeconds(8.9));
        Assert.False(lease.Lapsed.IsCancellationRequested);
        clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.True(lease.Lapsed.IsCancellationRequested);
    }

    [Fact]
    public async Task A_worker_whose_attempt_the_store_has_ended_stops_and_leaves_nothing()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        host.Store.EndAttempt(run);
        host.Redis.StringSet(RedisKeys.CheckpointRequested(run), "1");
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));

        Assert.Empty(host.Store.EventsOf(run).OfType<RunStopped>());
        Assert.Empty(new CheckpointStore(host.RunFolder(run).Checkpoints).Steps);
        Assert.Contains(host.Store.Senders, sender => sender?.Worker is { Attempt: 1 } claim && claim.RunId == run);
    }
}
