using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Harness;
using Trainyard.Harness.Faults;
using Trainyard.ServiceDefaults.TrainEvents;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>Whatever Redis does, whoever publishes events goes on.</summary>
public sealed class EventPublisherTests(RedisServer redis)
{
    private const string Patience = ",abortConnect=false,connectTimeout=1000,asyncTimeout=1000,syncTimeout=1000";

    private readonly FakeLogger<TrainEventPublisher> log = new();

    [Fact]
    public async Task While_redis_hangs_publishing_takes_no_time_and_the_oldest_events_go()
    {
        await using var way = new TcpProxy(() => redis.Endpoint);
        var prefix = $",channelPrefix={Guid.NewGuid():N}";
        await using var listener = await EventListener.OnAsync(redis.ConnectionString + prefix, RedisKeys.TrainerEventsChannel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionStringThrough(way.Port) + prefix + Patience);
        using var publisher = await StartAsync(connection);
        publisher.Publish(Progress(0));
        await listener.UntilAsync<TrainProgress>();

        way.Delay = TimeSpan.FromHours(1);
        var watch = Stopwatch.StartNew();
        for (var step = 1; step <= 3 * TrainEventPublisher.Capacity; step++)
        {
            publisher.Publish(Progress(step));
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"Publishing took {watch.Elapsed}.");
        await Wait.UntilAsync(() => log.Collector.Count > 0);
        way.Delay = TimeSpan.Zero;
        way.Cut();
        await listener.UntilAsync<TrainProgress>(progress => progress.Step == 3 * TrainEventPublisher.Capacity);

        Assert.InRange(publisher.DroppedCount, (2 * TrainEventPublisher.Capacity) - 1, 2 * TrainEventPublisher.Capacity);
        Assert.Equal(listener.Of<TrainProgress>().Select(progress => progress.Step).Order(),
            listener.Of<TrainProgress>().Select(progress => progress.Step));
        Assert.Single(log.Collector.GetSnapshot(), line => line.Level is LogLevel.Warning);
        Assert.Single(log.Collector.GetSnapshot(), line => line.Level is LogLevel.Information);
        await publisher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_happens_while_redis_is_away_is_heard_when_it_is_back()
    {
        var (first, second) = (new RedisServer(), new RedisServer());
        await first.InitializeAsync();
        await second.InitializeAsync();
        var endpoint = first.Endpoint;
        await using var way = new TcpProxy(() => endpoint);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(first.ConnectionStringThrough(way.Port) + Patience);
        using var publisher = await StartAsync(connection);
        await using (var before = await EventListener.OnAsync(first.ConnectionString, RedisKeys.TrainerEventsChannel))
        {
            publisher.Publish(Progress(1));
            await before.UntilAsync<TrainProgress>();
        }

        await first.DisposeAsync();
        publisher.Publish(Progress(2));
        publisher.Publish(Progress(3));
        await Wait.UntilAsync(() => log.Collector.Count > 0);
        await using var listener = await EventListener.OnAsync(second.ConnectionString, RedisKeys.TrainerEventsChannel);
        endpoint = second.Endpoint;
        await listener.UntilAsync<TrainProgress>(progress => progress.Step == 3);

        Assert.Equal([2L, 3], listener.Of<TrainProgress>().Select(progress => progress.Step));
        Assert.Equal(0, publisher.DroppedCount);
        await publisher.StopAsync(CancellationToken.None);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_full_redis_still_takes_events()
    {
        var full = new RedisServer();
        await full.InitializeAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(full.ConnectionString + ",allowAdmin=true");
        await connection.GetServers()[0].ConfigSetAsync("maxmemory", "1");
        await Assert.ThrowsAsync<RedisServerException>(() => connection.GetDatabase().StringSetAsync("more", "than fits"));
        await using var listener = await EventListener.OnAsync(full.ConnectionString, RedisKeys.TrainerEventsChannel);
        using var publisher = await StartAsync(connection);

        publisher.Publish(Progress(1));

        await listener.UntilAsync<TrainProgress>();
        Assert.Equal(0, publisher.DroppedCount);
        await publisher.StopAsync(CancellationToken.None);
        await full.DisposeAsync();
    }

    [Fact]
    public async Task Stopping_waits_for_what_is_queued_but_not_for_a_redis_that_is_away()
    {
        await using var listener = await EventListener.OnAsync(redis.ConnectionString, RedisKeys.RunEvents("stopping"));
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        using var publisher = await StartAsync(connection);
        publisher.Publish(Progress(1) with { RunId = "stopping" });
        publisher.Publish(new TrainStopped { RunId = "stopping", Reason = TrainStopReason.Shutdown });
        await publisher.StopAsync(CancellationToken.None);
        await listener.UntilAsync<TrainStopped>();

        await using var nowhere = await ConnectionMultiplexer.ConnectAsync("127.0.0.1:1" + Patience);
        using var helpless = await StartAsync(nowhere);
        helpless.Publish(Progress(1));
        await helpless.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        helpless.Publish(Progress(2));
        Assert.Equal(1, helpless.DroppedCount);
    }

    private async Task<TrainEventPublisher> StartAsync(ConnectionMultiplexer connection)
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var publisher = new TrainEventPublisher(
            connection, Options.Create(new TrainEventOptions()), new ConfigurationBuilder().Build(), TimeProvider.System,
            services.GetRequiredService<IMeterFactory>(), log);
        await publisher.StartAsync(CancellationToken.None);
        return publisher;
    }

    private static TrainProgress Progress(long step) => new() { RunId = "r", Ts = DateTimeOffset.UnixEpoch, Step = step };
}
