using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>The one way in for what happens in runs, whoever reports it.</summary>
internal sealed class EventWriter(
    Database database, IOptions<RunOptions> options, TimeProvider clock, StoreTelemetry telemetry, ILogger<EventWriter> logger)
{
    /// <summary>Stores a batch in one transaction together with the keys it held.</summary>
    /// <exception cref="Trainyard.Contracts.Errors.TrainyardException">BACKEND_UNAVAILABLE: nothing of it is stored.</exception>
    public async Task<EventsStored> StoreAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        using var activity = telemetry.StartBatch(batch);
        var (stored, events, points) = await database.WriteAsync((db, token) => StoreAsync(db, batch, token), cancellationToken);
        telemetry.Stored(batch, stored, events, points, clock.GetUtcNow());
        return new(batch.BatchId, stored, batch.Requests.Count - stored);
    }

    private async Task<(int Requests, int Events, int Points)> StoreAsync(StoreContext db, EventBatch batch, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var requests = await RequestKeys.NewAmongAsync(db, batch.Requests, now, cancellationToken);
        var events = await RequestKeys.NewAmongAsync(db, requests.SelectMany(request => request.Events).Where(IsForARun), now, cancellationToken);
        if (events.Count == 0)
        {
            return (requests.Count, 0, 0);
        }
        var runs = await RunChanges.LoadAsync(db, events, options.Value, now, cancellationToken);
        foreach (var one in events)
        {
            runs[one.RunId].Apply(one);
        }
        await db.SaveChangesAsync(cancellationToken);
        var points = await PointWriter.WriteAsync(db, runs.Values, options.Value, now, cancellationToken);
        return (requests.Count, events.Count, points);
    }

    private bool IsForARun(RunEvent one)
    {
        var valid = Identifier.IsValid(one.RunId) && (one.ExperimentId is null || Identifier.IsValid(one.ExperimentId));
        if (!valid)
        {
            logger.LogWarning("An event with an unusable run or experiment id is left out: {EventId}", one.EventId);
        }
        return valid;
    }
}
