using System.Collections.Frozen;
using System.Text.Json;
using System.Threading.Channels;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;

namespace Trainyard.Notifier.Runs;

/// <summary>
/// Receives training events. The channel loses what is published while nobody listens; <see cref="CatchUp"/> makes up for it.
/// </summary>
internal sealed class EventListener(IConnectionMultiplexer redis, IConfiguration configuration, ILogger<EventListener> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // A burst beyond this loses the oldest events; the store knows the outcome.
    private readonly Channel<TrainEvent> received = Channel.CreateBounded<TrainEvent>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public ChannelReader<TrainEvent> Events => received.Reader;

    /// <summary>Subscribes to the channel of every group, retrying until Redis answers.</summary>
    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        foreach (var channel in Channels())
        {
            await SubscribeAsync(RedisChannel.Literal(channel), cancellationToken);
        }
    }

    internal void Receive(ReadOnlyMemory<byte> message)
    {
        try
        {
            if (TrainEventJson.Read(message.Span) is { } happened && Identifier.IsValid(happened.RunId))
            {
                received.Writer.TryWrite(happened);
            }
        }
        catch (JsonException exception)
        {
            logger.LogDebug("A message on a channel of training events is none: {Fault}", exception.Message);
        }
    }

    private FrozenSet<string> Channels() => TrainEventTypes.Groups.Select(group => group == ModelFamilyTraits.DefaultEventGroup
        ? configuration["EVENTS:CHANNEL"] is { Length: > 0 } named ? named : RedisKeys.TrainerEventsChannel
        : configuration[$"{group.ToUpperInvariant()}_EVENTS_CHANNEL"] is { Length: > 0 } own ? own : RedisKeys.EventsChannel(group))
        .ToFrozenSet(StringComparer.Ordinal);

    private async Task SubscribeAsync(RedisChannel channel, CancellationToken cancellationToken)
    {
        var subscriber = redis.GetSubscriber();
        while (true)
        {
            try
            {
                var messages = await subscriber.SubscribeAsync(channel);
                messages.OnMessage(message => Receive((ReadOnlyMemory<byte>)message.Message));
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                logger.LogWarning("Can't subscribe to training events in Redis; retrying every second: {Fault}", exception.Message);
                // The client may keep a failed subscription, which would fill a queue that nothing reads.
                await subscriber.UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget);
                await Task.Delay(RetryDelay, cancellationToken);
            }
        }
    }
}
