using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Models.Checkpoints;
using Trainyard.Servers;

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
        await WorkerHost.UntilAsync(() => host.Redis.StringGet(RedisKeys.Heartbeat(run)) is { HasValue: true } now && now != first);

        Assert.InRange(host.Redis.KeyTimeToLive(RedisKeys.Heartbeat(run)) ?? TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
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
        await WorkerHost.UntilAsync(() => host.Redis.KeyExists(RedisKeys.Heartbeat(run)) && host.Store.ClaimsOf(run) == 2);
        host.Redis.StringSet(RedisKeys.Cancelled(run), "1");

        Assert.Equal(RunStatus.Cancelled, (await host.EndOfAsync(run)).Status);
    }
}
