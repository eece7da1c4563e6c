using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Live;

internal interface ILiveListener
{
    /// <summary>Must not block: it delays every other listener.</summary>
    void Receive(Announcement news);
}

/// <summary>
/// Delivers what any replica commits to this replica's listeners. Redis keeps no messages for a replica it can't reach, so after a
/// reconnect every listener gets a <see cref="Resync"/>.
/// </summary>
internal sealed class LiveHub(IConnectionMultiplexer redis, ILogger<LiveHub> logger) : BackgroundService
{
    /// <summary>The topic of all runs.</summary>
    public const string Everything = "*";

    private static readonly RedisChannel Channel = RedisChannel.Literal(RedisKeys.LiveChannel);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, ImmutableHashSet<ILiveListener>> topics = new(StringComparer.Ordinal);
    private readonly Channel<bool> missed = System.Threading.Channels.Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(string topic, ILiveListener listener) =>
        topics.AddOrUpdate(topic, static (_, added) => [added], static (_, known, added) => known.Add(added), listener);

    public void Remove(string topic, ILiveListener listener)
    {
        while (topics.TryGetValue(topic, out var known))
        {
            var left = known.Remove(listener);
            if (left.IsEmpty ? topics.TryRemove(KeyValuePair.Create(topic, known)) : topics.TryUpdate(topic, left, known))
            {
                return;
            }
        }
    }

    /// <summary>Subscribes to Redis before the first client connects, but doesn't wait long: Redis may start after the store.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(listening.Task, Task.Delay(StartTimeout, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionRestored += RequestResync;
        try
        {
            await redis.SubscribeAsync(Channel, Dispatch, OnSubscribeFailure, stoppingToken);
            listening.TrySetResult();
            while (await missed.Reader.WaitToReadAsync(stoppingToken))
            {
                await ResyncAsync(stoppingToken);
            }
        }
        finally
        {
            redis.ConnectionRestored -= RequestResync;
        }
    }

    private void RequestResync(object? sender, EventArgs restored) => missed.Writer.TryWrite(true);

    private void OnSubscribeFailure(Exception exception)
    {
        logger.LogWarning(
            "Can't subscribe to live updates in Redis; retrying every second. Dashboards show no live updates until then: {Fault}",
            exception.Message);
        RequestResync(null, EventArgs.Empty);
    }

    /// <summary>Publishes a resync until it arrives here, which proves that the subscription works again.</summary>
    private async Task ResyncAsync(CancellationToken stoppingToken)
    {
        while (missed.Reader.TryPeek(out _))
        {
            try
            {
                await redis.GetSubscriber().PublishAsync(Channel, LivePublisher.ToJson([Resync.UpdatesLost]));
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                logger.LogDebug(exception, "Redis can't be reached");
            }
            await Task.Delay(RetryDelay, stoppingToken);
        }
    }

    private void Dispatch(ReadOnlyMemory<byte> json)
    {
        // Without listeners, only a resync that this replica waits for matters.
        if (topics.IsEmpty && !missed.Reader.TryPeek(out _))
        {
            return;
        }
        try
        {
            foreach (var message in JsonSerializer.Deserialize<List<LiveMessage>>(json.Span, WireJson.Options) ?? [])
            {
                if (message is Resync)
                {
                    missed.Reader.TryRead(out _);
                    Dispatch(new Announcement(message), topics.Values.SelectMany(listeners => listeners).Distinct());
                }
                else
                {
                    Dispatch(message);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // During a rolling update, replicas of two versions share the channel.
            logger.LogWarning(exception, "Skipped a live update of an unknown format. A replica may run another version");
        }
    }

    private void Dispatch(LiveMessage news)
    {
        var (ofTopic, ofAll) = (topics.GetValueOrDefault(news.Topic ?? Everything, []), topics.GetValueOrDefault(Everything, []));
        Dispatch(new Announcement(news), ofTopic.IsEmpty ? ofAll : ofAll.IsEmpty ? ofTopic : ofTopic.Union(ofAll));
    }

    private static void Dispatch(Announcement announcement, IEnumerable<ILiveListener> listeners)
    {
        foreach (var listener in listeners)
        {
            listener.Receive(announcement);
        }
    }
}
