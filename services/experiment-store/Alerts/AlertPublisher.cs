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
/// Publishes firings to notifiers: at most once on a Redis channel, and at least once on the bus. A firing is marked when the bus has
/// accepted it. The reconciler republishes firings that a crash or a broker outage left unmarked.
/// </summary>
internal sealed class AlertPublisher(
    FiredAlerts fired, Database database, IBus bus, IConnectionMultiplexer redis, TimeProvider clock, ILogger<AlertPublisher> logger)
    : BackgroundService
{
    private const int MaxAtOnce = 100;
    private static readonly RedisChannel Channel = RedisChannel.Literal(RedisKeys.AlertsChannel);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RepublishAfter = TimeSpan.FromSeconds(15);

    /// <summary>Republishes firings that the bus has not accepted in time.</summary>
    public async Task RepeatAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // A time in the future is of a clock that was ahead.
        var (before, future) = (now - RepublishAfter, now + DueTimes.Tolerance);
        var left = await database.ReadAsync((db, token) => (
            from firing in db.AlertFirings
            where firing.PublishedAt == null && (firing.FiredAt < before || firing.FiredAt > future)
            join run in db.Runs on firing.RunId equals run.Id
            join rule in db.AlertRules on firing.AlertId equals rule.Id
            orderby firing.FiredAt, firing.Id
            select new { firing, run, rule }).Take(MaxAtOnce).ToListAsync(token), cancellationToken);
        fired.AfterCommit([.. left.Select(row => new AlertFired(
            row.firing.Id, row.rule.Id, row.rule.Name, row.rule.Kind, row.run.Id, row.run.Name, row.run.ExperimentId, row.firing.Attempt,
            row.firing.Metric, row.firing.Step, FiringView.ValueOf(row.firing), row.firing.Message, row.firing.FiredAt))]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var alert in fired.ReadAllAsync(stoppingToken))
        {
            await Task.WhenAll(PublishToRedisAsync(alert), PublishToBusAsync(alert, stoppingToken));
        }
    }

    private async Task PublishToRedisAsync(AlertFired alert)
    {
        try
        {
            await redis.GetSubscriber().PublishAsync(Channel, JsonSerializer.SerializeToUtf8Bytes(alert, WireJson.Options));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            logger.LogWarning(
                "Can't publish firing {FiringId} of run {RunId} to Redis. It still goes to the bus: {Fault}",
                alert.FiringId, alert.RunId, exception.Message);
        }
    }

    private async Task PublishToBusAsync(AlertFired alert, CancellationToken stoppingToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(PublishTimeout);
        try
        {
            await bus.Publish(alert, timeout.Token).WaitAsync(timeout.Token);
            var now = clock.GetUtcNow();
            await database.WriteAsync((db, token) => db.AlertFirings
                .Where(firing => firing.Id == alert.FiringId)
                .ExecuteUpdateAsync(set => set.SetProperty(firing => firing.PublishedAt, now), token), stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested && exception is not OutOfMemoryException)
        {
            logger.LogWarning(
                "Can't publish firing {FiringId} of run {RunId} to the bus. It is retried later: {Fault}",
                alert.FiringId, alert.RunId, exception.Message);
        }
    }
}
