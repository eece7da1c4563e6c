using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>
/// Tells whoever notifies people: at once on a Redis channel, and at least once on the bus. A firing is marked when the bus has
/// it; the reconciler brings those back that a dead process or an absent broker left unmarked.
/// </summary>
internal sealed class AlertPublisher(FiredAlerts fired, Database database, IBus bus, IConnectionMultiplexer redis, TimeProvider clock, ILogger<AlertPublisher> logger)
    : BackgroundService
{
    private const int MaxAtOnce = 100;
    private static readonly RedisChannel Channel = RedisChannel.Literal(RedisKeys.AlertsChannel);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UntilRepeated = TimeSpan.FromSeconds(15);

    /// <summary>Sends again what has not been handed to the bus for a while.</summary>
    public async Task RepeatAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - UntilRepeated;
        var left = await database.ReadAsync((db, token) => (
            from firing in db.AlertFirings
            where firing.PublishedAt == null && firing.FiredAt < before
            join run in db.Runs on firing.RunId equals run.Id
            join rule in db.AlertRules on firing.AlertId equals rule.Id
            orderby firing.FiredAt, firing.Id
            select new { firing, run, rule }).Take(MaxAtOnce).ToListAsync(token), cancellationToken);
        fired.AfterCommit([.. left.Select(one => new AlertFired(
            one.firing.Id, one.rule.Id, one.rule.Name, one.rule.Kind, one.run.Id, one.run.Name, one.run.ExperimentId, one.firing.Attempt,
            one.firing.Metric, one.firing.Step, FiringView.ValueOf(one.firing), one.firing.Message, one.firing.FiredAt))]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var news in fired.ReadAllAsync(stoppingToken))
        {
            await Task.WhenAll(TellRedisAsync(news), TellBusAsync(news, stoppingToken));
        }
    }

    private async Task TellRedisAsync(AlertFired news)
    {
        try
        {
            await redis.GetSubscriber().PublishAsync(Channel, JsonSerializer.SerializeToUtf8Bytes(news, WireJson.Options));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            logger.LogWarning("Alert {FiringId} of run {RunId} could not be published through Redis: {Fault}", news.FiringId, news.RunId, exception.Message);
        }
    }

    private async Task TellBusAsync(AlertFired news, CancellationToken stoppingToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(Patience);
        try
        {
            await bus.Publish(news, patience.Token).WaitAsync(patience.Token);
            var now = clock.GetUtcNow();
            await database.WriteAsync((db, token) => db.AlertFirings
                .Where(firing => firing.Id == news.FiringId)
                .ExecuteUpdateAsync(set => set.SetProperty(firing => firing.PublishedAt, now), token), stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested && exception is not OutOfMemoryException)
        {
            logger.LogWarning("Alert {FiringId} of run {RunId} could not be sent to the bus; retrying: {Fault}", news.FiringId, news.RunId, exception.Message);
        }
    }
}
