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
    /// <summary>Must not wait: every other listener is told after it.</summary>
    void Hear(Announcement news);
}

/// <summary>
/// Hands what any replica has committed to this replica's listeners. Redis keeps nothing for a replica it can't reach: once it is
/// reached again, every listener is told that something may be missing.
/// </summary>
internal sealed class LiveHub(IConnectionMultiplexer redis, ILogger<LiveHub> logger) : BackgroundService
{
    /// <summary>The topic of every run's news.</summary>
    public const string Everything = "*";

    private static readonly RedisChannel Channel = RedisChannel.Literal(RedisKeys.LiveChannel);
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, ImmutableHashSet<ILiveListener>> topics = new(StringComparer.Ordinal);
    private readonly Channel<bool> missed = System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Some replica has changed the alerts' rules.</summary>
    public event EventHandler? RulesChanged;

    public void Add(string topic, ILiveListener listener) =>
        topics.AddOrUpdate(topic, static (_, one) => [one], static (_, known, one) => known.Add(one), listener);

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

    /// <summary>Listens to Redis before the first subscriber can come; not for ever, since Redis may come up after us.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(listening.Task, Task.Delay(PatienceAtStart, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionRestored += Miss;
        try
        {
            await ListenAsync(stoppingToken);
            while (await missed.Reader.WaitToReadAsync(stoppingToken))
            {
                await ResyncAsync(stoppingToken);
            }
        }
        finally
        {
            redis.ConnectionRestored -= Miss;
        }
    }

    private void Miss(object? sender, EventArgs restored) => missed.Writer.TryWrite(true);

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        var subscriber = redis.GetSubscriber();
        while (true)
        {
            try
            {
                // Once made, the connection restores the subscription whenever it is restored itself.
                var channel = await subscriber.SubscribeAsync(Channel);
                channel.OnMessage(message => Tell((ReadOnlyMemory<byte>)message.Message));
                listening.TrySetResult();
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                logger.LogWarning("Can't receive live updates yet: {Fault}", exception.Message);
                Miss(null, EventArgs.Empty);
                // A subscription that failed may still be remembered, and would fill a queue nobody reads.
                await subscriber.UnsubscribeAsync(Channel, flags: CommandFlags.FireAndForget);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    /// <summary>Says it through Redis until it is heard here: only then is the subscription back, and nothing more gets lost.</summary>
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
                logger.LogDebug(exception, "Redis is unreachable again");
            }
            await Task.Delay(BetweenTries, stoppingToken);
        }
    }

    private void Tell(ReadOnlyMemory<byte> json)
    {
        // Often nobody listens, and only these matter.
        if (topics.IsEmpty && json.Span.IndexOf("\"alert_rules_changed\""u8) < 0 && json.Span.IndexOf("\"resync\""u8) < 0)
        {
            return;
        }
        try
        {
            foreach (var message in JsonSerializer.Deserialize<List<LiveMessage>>(json.Span, WireJson.Options) ?? [])
            {
                switch (message)
                {
                    case AlertRulesChanged:
                        RulesChanged?.Invoke(this, EventArgs.Empty);
                        break;
                    case Resync:
                        missed.Reader.TryRead(out _);
                        RulesChanged?.Invoke(this, EventArgs.Empty);
                        Tell(new Announcement(message), topics.Values.SelectMany(listeners => listeners).Distinct());
                        break;
                    default:
                        Tell(message);
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // A replica of another version, in the middle of an update.
            logger.LogWarning(exception, "Can't read a live update");
        }
    }

    private void Tell(LiveMessage news)
    {
        var (ofTopic, ofAll) = (topics.GetValueOrDefault(news.Topic ?? Everything, []), topics.GetValueOrDefault(Everything, []));
        Tell(new Announcement(news), ofTopic.IsEmpty ? ofAll : ofAll.IsEmpty ? ofTopic : ofTopic.Union(ofAll));
    }

    private static void Tell(Announcement announcement, IEnumerable<ILiveListener> listeners)
    {
        foreach (var listener in listeners)
        {
            listener.Hear(announcement);
        }
    }
}
