using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Live;

internal interface ILiveListener
{
    /// <summary>Must not wait: every other listener is told after it.</summary>
    void Hear(Announcement news);
}

/// <summary>Hands what any replica has committed to this replica's listeners.</summary>
internal sealed class LiveHub(IConnectionMultiplexer redis, ILogger<LiveHub> logger) : BackgroundService
{
    /// <summary>The topic of every run's news.</summary>
    public const string Everything = "*";

    private static readonly RedisChannel Channel = RedisChannel.Literal(RedisKeys.LiveChannel);
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, ImmutableHashSet<ILiveListener>> topics = new(StringComparer.Ordinal);
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
                logger.LogWarning("Live updates can't be received yet: {Fault}", exception.Message);
                // A subscription that failed may still be remembered, and would fill a queue nobody reads.
                await subscriber.UnsubscribeAsync(Channel, flags: CommandFlags.FireAndForget);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private void Tell(ReadOnlyMemory<byte> json)
    {
        // Most of the time nobody listens, and only these few matter.
        if (topics.IsEmpty && json.Span.IndexOf("alert_rules_changed"u8) < 0)
        {
            return;
        }
        try
        {
            foreach (var message in JsonSerializer.Deserialize<List<LiveMessage>>(json.Span, WireJson.Options) ?? [])
            {
                if (message is AlertRulesChanged)
                {
                    RulesChanged?.Invoke(this, EventArgs.Empty);
                }
                else
                {
                    Tell(message);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // A replica of another version, in the middle of an update.
            logger.LogWarning(exception, "A live update can't be read");
        }
    }

    private void Tell(LiveMessage news)
    {
        var (ofTopic, ofAll) = (topics.GetValueOrDefault(news.Topic ?? Everything, []), topics.GetValueOrDefault(Everything, []));
        var announcement = new Announcement(news);
        foreach (var listener in ofTopic.IsEmpty ? ofAll : ofTopic.Union(ofAll))
        {
            listener.Hear(announcement);
        }
    }
}
