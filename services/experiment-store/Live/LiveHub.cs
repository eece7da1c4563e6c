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
                channel.OnMessage(message => Tell(message.Message));
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

    private void Tell(RedisValue value)
    {
        if (topics.IsEmpty)
        {
            return;
        }
        try
        {
            foreach (var message in JsonSerializer.Deserialize<List<LiveMessage>>(((ReadOnlyMemory<byte>)value).Span, WireJson.Options) ?? [])
            {
                if (message is RunMessage news)
                {
                    Tell(news);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // A replica of another version, in the middle of an update.
            logger.LogWarning(exception, "A live update can't be read");
        }
    }

    private void Tell(RunMessage news)
    {
        var (ofRun, ofAll) = (topics.GetValueOrDefault(news.RunId, []), topics.GetValueOrDefault(Everything, []));
        var announcement = new Announcement(news);
        foreach (var listener in ofRun.IsEmpty ? ofAll : ofRun.Union(ofAll))
        {
            listener.Hear(announcement);
        }
    }
}
