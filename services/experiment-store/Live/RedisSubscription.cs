using StackExchange.Redis;

namespace Trainyard.ExperimentStore.Live;

internal static class RedisSubscription
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Subscribes to a channel, retrying every second. The connection restores the subscription after each reconnect.</summary>
    public static async Task SubscribeAsync(
        this IConnectionMultiplexer redis, RedisChannel channel, Action<ReadOnlyMemory<byte>> onMessage, Action<Exception> onFailure,
        CancellationToken stoppingToken)
    {
        var subscriber = redis.GetSubscriber();
        while (true)
        {
            try
            {
                var messages = await subscriber.SubscribeAsync(channel);
                messages.OnMessage(message => onMessage((ReadOnlyMemory<byte>)message.Message));
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                onFailure(exception);
                // The client may keep a failed subscription, which would fill a queue that nothing reads.
                await subscriber.UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget);
                await Task.Delay(RetryDelay, stoppingToken);
            }
        }
    }
}
