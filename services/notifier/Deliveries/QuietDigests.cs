using Microsoft.EntityFrameworkCore;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Deliveries;

/// <summary>Puts what quiet hours delayed into one message, so that their end is not a flood.</summary>
internal sealed class QuietDigests(Outbox outbox, MessageReader messages)
{
    private const int MaxSeparate = 3;
    private const int MaxLines = 20;

    /// <summary>Replaces delayed milestones and alerts of a channel by one message, if there are more than three.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> CombineAsync(
        NotifierContext db, ChannelKind channel, IReadOnlyList<Delivery> due, CancellationToken cancellationToken)
    {
        if (due.All(delivery => !delivery.Held))
        {
            return false;
        }
        var end = due.Where(delivery => delivery.Held).Max(delivery => delivery.DueAt);
        var held = await db.Deliveries.AsNoTracking()
            .Where(delivery => delivery.Channel == channel && delivery.Held && delivery.DueAt <= end
                && (delivery.Kind == DeliveryKind.Milestone || delivery.Kind == DeliveryKind.Alert))
            .OrderBy(delivery => delivery.CreatedAt).ToListAsync(cancellationToken);
        if (held.Count <= MaxSeparate)
        {
            return false;
        }
        var lines = new List<string>();
        foreach (var delivery in held.Take(MaxLines))
        {
            if (await messages.ReadAsync(db, delivery, cancellationToken) is { } message)
            {
                lines.Add(PlainText.Of(message, maxRows: 0).Title);
            }
        }
        var ids = held.ConvertAll(delivery => delivery.Id);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // The first id makes the key: two replicas that combine at the same time add one message.
        await outbox.AddToAsync(
            db, channel, DeliveryKind.Digest, $"quiet/{ids[0]}", null,
            new DigestMessage($"{held.Count} messages from the quiet hours", lines, held.Count - lines.Count),
            cancellationToken);
        await db.Deliveries.Where(delivery => ids.Contains(delivery.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(delivery => delivery.DueAt, (DateTimeOffset?)null).SetProperty(delivery => delivery.Held, false),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        outbox.Changed();
        return true;
    }
}
