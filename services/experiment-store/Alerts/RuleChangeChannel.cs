using System.Threading.Channels;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Added to a transaction that changes the rules.</summary>
internal sealed record RulesChanged;

/// <summary>Makes every replica reload the rules after one of them has changed them.</summary>
internal sealed class RuleChangeChannel(AlertRules rules, IConnectionMultiplexer redis, ILogger<RuleChangeChannel> logger)
    : BackgroundService, IAfterCommit
{
    private static readonly RedisChannel Channel = RedisChannel.Literal(RedisKeys.AlertRulesChannel);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> unpublished = System.Threading.Channels.Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        if (outgoing.OfType<RulesChanged>().Any())
        {
            rules.Refresh();
            unpublished.Writer.TryWrite(true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionRestored += OnConnectionRestored;
        try
        {
            await redis.SubscribeAsync(Channel, _ => rules.Refresh(), OnFailure, stoppingToken);
            rules.Refresh();
            await foreach (var _ in unpublished.Reader.ReadAllAsync(stoppingToken))
            {
                await PublishAsync(stoppingToken);
            }
        }
        finally
        {
            redis.ConnectionRestored -= OnConnectionRestored;
        }
    }

    private async Task PublishAsync(CancellationToken stoppingToken)
    {
        try
        {
            await redis.GetSubscriber().PublishAsync(Channel, RedisValue.EmptyString);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogDebug(exception, "Redis can't be reached");
            await Task.Delay(RetryDelay, stoppingToken);
            unpublished.Writer.TryWrite(true);
        }
    }

    private void OnConnectionRestored(object? sender, EventArgs restored) => rules.Refresh();

    private void OnFailure(Exception exception) => logger.LogWarning(
        "Can't subscribe to changes of alert rules in Redis; retrying every second. Until then this replica learns of them late: {Fault}",
        exception.Message);
}
