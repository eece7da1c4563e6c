using System.Text.Json;
using System.Threading.Channels;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Live;

/// <summary>
/// Publishes what was committed to the subscribers of every replica, through Redis, and mirrors run states there. A write never
/// waits for it: what Redis can't take is dropped, oldest first.
/// </summary>
internal sealed class LivePublisher : BackgroundService, IAfterCommit
{
    private static readonly RedisChannel Channel = RedisChannel.Literal(RedisKeys.LiveChannel);

    private readonly Channel<IReadOnlyList<LiveMessage>> committed;
    private readonly IConnectionMultiplexer redis;
    private readonly RunStates states;
    private readonly ILogger<LivePublisher> logger;
    // Set when messages were dropped and subscribers need a resync.
    private volatile bool dropped;

    public LivePublisher(IConnectionMultiplexer redis, RunStates states, ILogger<LivePublisher> logger)
    {
        (this.redis, this.states, this.logger) = (redis, states, logger);
        committed = System.Threading.Channels.Channel.CreateBounded<IReadOnlyList<LiveMessage>>(
            new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => dropped = true);
    }

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        if (outgoing.OfType<LiveMessage>().ToList() is { Count: > 0 } messages)
        {
            committed.Writer.TryWrite(messages);
        }
    }

    public static byte[] ToJson(IReadOnlyList<LiveMessage> messages) => JsonSerializer.SerializeToUtf8Bytes(messages, WireJson.Options);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var messages in committed.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await redis.GetSubscriber().PublishAsync(Channel, ToJson(messages));
                if (dropped)
                {
                    dropped = false;
                    await redis.GetSubscriber().PublishAsync(Channel, ToJson([Resync.UpdatesLost]));
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                if (!dropped)
                {
                    logger.LogWarning(
                        "Redis doesn't answer. Live updates are dropped until it does; stored data is not affected: {Fault}",
                        exception.Message);
                }
                dropped = true;
                // On shutdown, flush what Redis accepts; don't retry.
                stoppingToken.ThrowIfCancellationRequested();
            }
            await states.ShowAsync(
                messages.OfType<StatusChange>().Select(change => new RunState(change.RunId, change.NewStatus, change.Message)));
        }
    }
}
