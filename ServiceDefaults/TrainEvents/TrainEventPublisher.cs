using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;

namespace Trainyard.ServiceDefaults.TrainEvents;

/// <summary>
/// Publishes training events on Redis, in order and best effort: on the channel of their group and on that of their run. Producers never
/// wait for it. While Redis does not take them, the oldest of a bounded queue are dropped.
/// </summary>
public sealed class TrainEventPublisher : IHostedService, IDisposable
{
    /// <summary>Events that wait for Redis before the oldest are dropped.</summary>
    public const int Capacity = 4096;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly Channel<TrainEvent> queue;
    private readonly IConnectionMultiplexer redis;
    private readonly TrainEventOptions options;
    private readonly IConfiguration configuration;
    private readonly TimeProvider time;
    private readonly ILogger<TrainEventPublisher> logger;
    private readonly Meter meter;
    private readonly Counter<long> droppedCounter;
    private readonly CancellationTokenSource givingUp = new();
    private Task pump = Task.CompletedTask;
    private long dropped;
    private volatile bool away;

    public TrainEventPublisher(
        IConnectionMultiplexer redis, IOptions<TrainEventOptions> settings, IConfiguration configuration, TimeProvider time,
        IMeterFactory meters, ILogger<TrainEventPublisher> logger)
    {
        (this.redis, options, this.configuration, this.time, this.logger) = (redis, settings.Value, configuration, time, logger);
        meter = meters.Create("Trainyard.TrainEvents");
        droppedCounter = meter.CreateCounter<long>(
            "trainyard.train_events.dropped", "{event}", "Training events dropped because Redis did not take them.");
        queue = Channel.CreateBounded<TrainEvent>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Dropped());
    }

    /// <summary>Events dropped so far.</summary>
    public long DroppedCount => Interlocked.Read(ref dropped);

    /// <summary>Whether events are published at all; false spares producers the work.</summary>
    public bool IsEnabled => options.Enabled;

    /// <summary>Queues an event. Never blocks and never fails.</summary>
    public void Publish(TrainEvent happened)
    {
        if (options.Enabled && !queue.Writer.TryWrite(happened))
        {
            Dropped();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        pump = Task.Run(PumpAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Publishes what is queued, but doesn't wait long for a Redis that is away.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        givingUp.CancelAfter(FlushTimeout);
        await pump.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        meter.Dispose();
        givingUp.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var happened in queue.Reader.ReadAllAsync(givingUp.Token))
            {
                await PublishAsync(happened, givingUp.Token);
            }
        }
        catch (OperationCanceledException) when (givingUp.IsCancellationRequested)
        {
            logger.LogWarning("Training events were not published before shutdown: Redis does not answer");
        }
    }

    private async Task PublishAsync(TrainEvent happened, CancellationToken cancellationToken)
    {
        var json = TrainEventJson.Write(happened);
        while (true)
        {
            try
            {
                var subscriber = redis.GetSubscriber();
                await Task.WhenAll(
                    subscriber.PublishAsync(RedisChannel.Literal(ChannelOf(happened.Group)), json),
                    subscriber.PublishAsync(RedisChannel.Literal(RedisKeys.RunEvents(happened.RunId)), json)).WaitAsync(cancellationToken);
                Succeeded();
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                Failed(exception);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    /// <summary>The channel of a group: for <c>digits</c> the one that <c>DIGITS_EVENTS_CHANNEL</c> names.</summary>
    private string ChannelOf(string group) => group == ModelFamilyTraits.DefaultEventGroup
        ? options.Channel
        : configuration[$"{group.ToUpperInvariant()}_EVENTS_CHANNEL"] is { Length: > 0 } channel
            ? channel
            : RedisKeys.EventsChannel(group);

    private void Dropped()
    {
        Interlocked.Increment(ref dropped);
        droppedCounter.Add(1);
    }

    private void Failed(Exception exception)
    {
        if (!away)
        {
            away = true;
            logger.LogWarning(
                "Redis takes no training events. They wait, and beyond {Capacity} the oldest are dropped; training and stored data are "
                + "not affected: {Fault}", Capacity, exception.Message);
        }
    }

    private void Succeeded()
    {
        if (away)
        {
            away = false;
            logger.LogInformation("Redis takes training events again; {Dropped} were dropped since the start", DroppedCount);
        }
    }
}
