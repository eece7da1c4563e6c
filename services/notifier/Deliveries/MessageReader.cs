using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Deliveries;

/// <summary>Reads what a delivery says now.</summary>
internal sealed class MessageReader(RunBook book, TimeProvider clock)
{
    /// <summary>What is stored of a run.</summary>
    public static RunProgress ProgressOf(TrackedRun run) =>
        JsonSerializer.Deserialize<RunProgress>(run.Progress, StoreApi.Json) ?? new RunProgress { RunId = run.RunId };

    /// <returns>Null if there is nothing to say any more.</returns>
    public async Task<Message?> ReadAsync(NotifierContext db, Delivery delivery, CancellationToken cancellationToken)
    {
        switch (delivery)
        {
            case { Kind: DeliveryKind.Summary }:
                return new SummaryMessage(await book.WatchedAsync(cancellationToken), clock.GetUtcNow());
            case { Kind: DeliveryKind.Run, RunId: { } runId }:
                var row = await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.RunId == runId, cancellationToken);
                return row is null ? null : new RunMessage(ProgressOf(row));
            default:
                return delivery.Content is { } content ? JsonSerializer.Deserialize<Message>(content, StoreApi.Json) : null;
        }
    }
}
