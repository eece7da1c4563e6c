using System.Collections.Concurrent;
using System.Text.Json;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Live;

internal interface ILiveListener
{
    /// <summary>Must not wait: whoever commits is upstream of it.</summary>
    void Hear(RunMessage message);
}

/// <summary>Hands what any replica has committed to this replica's listeners.</summary>
internal sealed class LiveHub(IConnectionMultiplexer redis, ILogger<LiveHub> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<ILiveListener, bool> listeners = new();

    public void Add(ILiveListener listener) => listeners[listener] = true;

    public void Remove(ILiveListener listener) => listeners.TryRemove(listener, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscriber = redis.GetSubscriber();
        // Redis may come up after us. Once subscribed, the connection restores the subscription whenever it is restored itself.
        while (true)
        {
            try
            {
                var channel = await subscriber.SubscribeAsync(RedisChannel.Literal(RedisKeys.LiveChannel));
                channel.OnMessage(message => Hear(message.Message));
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                logger.LogWarning("Live updates can't be received yet: {Fault}", exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private void Hear(RedisValue value)
    {
        try
        {
            foreach (var message in (JsonSerializer.Deserialize<List<LiveMessage>>((byte[]?)value ?? "[]"u8.ToArray(), WireJson.Options) ?? []).OfType<RunMessage>())
            {
                foreach (var (listener, _) in listeners)
                {
                    listener.Hear(message);
                }
            }
        }
        catch (JsonException exception)
        {
            // A replica of another version, in the middle of an update.
            logger.LogWarning(exception, "A live update can't be read");
        }
    }
}
