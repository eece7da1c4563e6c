using System.Text.Json;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.ExperimentStore.Live.Streams;

/// <summary>
/// Keeps the training events that any process publishes on Redis for this replica's streams. All replicas hear them in the same order, so a
/// stream can continue at another replica.
/// </summary>
internal sealed class TrainEventHub(IConnectionMultiplexer redis, IOptions<LiveOptions> options, ILogger<TrainEventHub> logger)
    : BackgroundService
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(2);

    // One subscription, because messages of two have no common order.
    private static readonly RedisChannel Channels = RedisChannel.Pattern(RedisKeys.RunEvents("*"));

    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EventReplay Replay { get; } = new(options.Value.ReplayEvents, options.Value.ReplayBytes);

    /// <summary>Subscribes before the first client connects, but doesn't wait long: Redis may start after the store.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(listening.Task, Task.Delay(StartTimeout, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionRestored += NoteGap;
        try
        {
            await redis.SubscribeAsync(Channels, Receive, OnSubscribeFailure, stoppingToken);
            listening.TrySetResult();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        finally
        {
            redis.ConnectionRestored -= NoteGap;
        }
    }

    private void NoteGap(object? sender, ConnectionFailedEventArgs restored)
    {
        if (restored.ConnectionType is ConnectionType.Subscription)
        {
            Replay.AddGap();
        }
    }

    private void OnSubscribeFailure(Exception exception)
    {
        logger.LogWarning(
            "Can't subscribe to training events in Redis; retrying every second. Event streams are silent until then: {Fault}",
            exception.Message);
        Replay.AddGap();
    }

    private void Receive(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (TrainEventJson.Read(json.Span) is { } happened)
            {
                Replay.Add(happened);
            }
        }
        catch (JsonException exception)
        {
            // Any program with Redis's password may publish there.
            logger.LogDebug(exception, "Skipped a message that is no training event");
        }
    }
}
