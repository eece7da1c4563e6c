using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Deliveries;

/// <summary>
/// Sends what is due, on all channels at once and in order on each. Every replica runs one: a delivery is claimed by counting its claims
/// up, and becomes due again if its claimer dies.
/// </summary>
internal sealed class Sender(
    NotifierContexts contexts, SchemaMigration schema, Outbox outbox, QuietDigests digests, MessageReader messages,
    IEnumerable<IChannel> channels, IOptions<NotifierOptions> options, TimeProvider clock, ILogger<Sender> logger)
    : BackgroundService
{
    private const int MaxAtOnce = 32;
    private const int MaxError = 512;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ChannelKind, IChannel> byKind = channels.ToDictionary(channel => channel.Kind);
    private readonly QuietHours? quiet = options.Value.Quiet;

    /// <summary>Sends what is due now.</summary>
    /// <returns>When to look again.</returns>
    internal async Task<DateTimeOffset> SendDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = contexts.Open();
        // Deliveries of channels that are not set up any more stay as they are.
        var kinds = byKind.Keys.ToList();
        var due = await db.Deliveries.AsNoTracking()
            .Where(delivery => delivery.DueAt <= now && kinds.Contains(delivery.Channel))
            .OrderBy(delivery => delivery.DueAt).ThenBy(delivery => delivery.CreatedAt).ThenBy(delivery => delivery.Id)
            .Take(MaxAtOnce).ToListAsync(cancellationToken);
        await Task.WhenAll(due.GroupBy(delivery => delivery.Channel)
            .Select(group => SendInOrderAsync(byKind[group.Key], [.. group], cancellationToken)));
        if (due.Count == MaxAtOnce)
        {
            return now;
        }
        var next = await db.Deliveries.Where(delivery => kinds.Contains(delivery.Channel)).MinAsync(row => row.DueAt, cancellationToken);
        return next is { } time && time < now + LongestPause ? time : now + LongestPause;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.CompletedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = clock.GetUtcNow() + LongestPause;
            try
            {
                next = await SendDueAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Sending messages failed. It is tried again");
            }
            if (next - clock.GetUtcNow() is { Ticks: > 0 } pause)
            {
                await outbox.WaitAsync(pause, stoppingToken);
            }
        }
    }

    private async Task SendInOrderAsync(IChannel channel, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        if (await digests.CombineAsync(db, channel.Kind, deliveries, cancellationToken))
        {
            return;
        }
        foreach (var delivery in deliveries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await SendAsync(db, channel, delivery, cancellationToken);
        }
    }

    private async Task SendAsync(NotifierContext db, IChannel channel, Delivery delivery, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (delivery is { MessageId: null, Kind: not DeliveryKind.Test } && quiet?.EndAfter(now) is { } end)
        {
            await RowOf(db, delivery).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.DueAt, end).SetProperty(row => row.Held, true), cancellationToken);
            return;
        }
        var claimedUntil = now + options.Value.Timeout + Delay(delivery.Failures);
        var claimed = await RowOf(db, delivery)
            .Where(row => row.Claims == delivery.Claims && row.Held == delivery.Held && row.DueAt != null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Claims, delivery.Claims + 1).SetProperty(row => row.DueAt, claimedUntil),
                cancellationToken);
        if (claimed == 0)
        {
            return;
        }
        var version = await RowOf(db, delivery).Select(row => row.Version).SingleAsync(cancellationToken);
        // A message on its way is waited for and its id stored even when the notifier stops: it would be sent again otherwise.
        var outcome = await messages.ReadAsync(db, delivery, cancellationToken) is { } message
            ? await TryAsync(channel, delivery, message)
            : Outcome.RefusedFor("its content is gone");
        await RecordAsync(db, delivery, version, outcome);
    }

    private async Task<Outcome> TryAsync(IChannel channel, Delivery delivery, Message message)
    {
        using var limited = new CancellationTokenSource(options.Value.Timeout);
        try
        {
            var outcome = await channel.SendAsync(delivery.Id, message, delivery.MessageId, limited.Token);
            return outcome.Gone && quiet?.EndAfter(clock.GetUtcNow()) is null
                ? await channel.SendAsync(delivery.Id, message, null, limited.Token)
                : outcome;
        }
        catch (OperationCanceledException)
        {
            return Outcome.FailedFor($"no answer within {options.Value.Timeout.TotalSeconds} seconds");
        }
        catch (Exception exception)
        {
            // The exact failure may name what listens at an internal address, so it goes only to the operator's log.
            logger.LogWarning(exception, "Can't send message {DeliveryId} to {Channel}", delivery.Id, delivery.Channel);
            return Outcome.FailedFor("it can't be reached");
        }
    }

    private async Task RecordAsync(NotifierContext db, Delivery delivery, long version, Outcome outcome)
    {
        var now = clock.GetUtcNow();
        if (outcome.Sent)
        {
            delivery.FirstSentAt = delivery.MessageId is { } before && before == outcome.MessageId ? delivery.FirstSentAt ?? now : now;
            delivery.SentAt = now;
            DateTimeOffset? next = outbox.NextEdit(delivery, now);
            await RowOf(db, delivery).ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.MessageId, outcome.MessageId)
                    .SetProperty(row => row.SentVersion, version)
                    .SetProperty(row => row.FirstSentAt, delivery.FirstSentAt)
                    .SetProperty(row => row.SentAt, now)
                    .SetProperty(row => row.Failures, 0)
                    .SetProperty(row => row.Error, (string?)null)
                    .SetProperty(row => row.ErrorAt, (DateTimeOffset?)null)
                    .SetProperty(row => row.Held, false)
                    .SetProperty(row => row.DueAt, row => row.Version > version ? next : null));
            return;
        }
        if (outcome.Wait is { } wait)
        {
            await RowOf(db, delivery).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, now + wait));
            return;
        }
        var failures = delivery.Failures + 1;
        var givenUp = outcome.Refused || failures >= options.Value.MaxAttempts;
        logger.LogWarning("Message {DeliveryId} to {Channel} was not accepted; it is {Next}: {Reason}",
            delivery.Id, delivery.Channel, givenUp ? "given up" : "tried again", outcome.Error);
        DateTimeOffset? again = givenUp ? null : now + Delay(failures);
        var messageId = outcome.Gone ? null : delivery.MessageId;
        var error = outcome.Error is { Length: > MaxError } text ? text[..MaxError] : outcome.Error;
        await RowOf(db, delivery).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.MessageId, messageId)
                .SetProperty(row => row.Failures, failures)
                .SetProperty(row => row.GivenUp, givenUp)
                .SetProperty(row => row.Error, error)
                .SetProperty(row => row.ErrorAt, now)
                .SetProperty(row => row.DueAt, again));
    }

    private static IQueryable<Delivery> RowOf(NotifierContext db, Delivery delivery) =>
        db.Deliveries.Where(row => row.Id == delivery.Id);

    private TimeSpan Delay(int failures) => failures == 0
        ? options.Value.RetryDelay
        : TimeSpan.FromSeconds(Math.Min(
            options.Value.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)), LongestRetry.TotalSeconds));
}
