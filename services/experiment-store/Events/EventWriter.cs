using System.Diagnostics;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>The one way in for what happens in runs, whoever reports it.</summary>
internal sealed class EventWriter(
    Database database, IOptions<RunOptions> options, TimeProvider clock, StoreTelemetry telemetry, ILogger<EventWriter> logger)
{
    /// <summary>Stores batches in one transaction together with what makes their repetition recognisable.</summary>
    /// <returns>For each batch, how much of it was new.</returns>
    /// <exception cref="Trainyard.Contracts.Errors.TrainyardException">BACKEND_UNAVAILABLE: nothing of them is stored. OUTCOME_UNKNOWN: they may be.</exception>
    public async Task<IReadOnlyList<EventsStored>> StoreAsync(IReadOnlyList<Arrival> arrivals, CancellationToken cancellationToken)
    {
        using var activity = telemetry.StartTransaction(arrivals);
        var began = Stopwatch.GetTimestamp();
        var requests = arrivals.SelectMany(arrival => arrival.Requests).ToList();
        var (stored, events, points) = await database.WriteAsync((db, token) => StoreAsync(db, requests, token), cancellationToken);
        telemetry.Stored(arrivals, stored.Count, events, points, clock.GetUtcNow(), began);
        LogStored(stored);
        var perBatch = stored.CountBy(request => request.Arrival).ToDictionary();
        return [.. arrivals.Select(arrival =>
        {
            var count = perBatch.GetValueOrDefault(arrival);
            return new EventsStored(arrival.Batch.BatchId, count, arrival.Batch.Requests.Count - count);
        })];
    }

    /// <summary>Stores a batch together with what its sender keeps about it: both or neither.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="together">Writes the rest, with the batch's runs held; called again when the transaction is tried again.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Trainyard.Contracts.Errors.TrainyardException">BACKEND_UNAVAILABLE: nothing of it is stored. OUTCOME_UNKNOWN: it may be.</exception>
    public async Task StoreAsync(EventBatch batch, Func<StoreContext, CancellationToken, Task> together, CancellationToken cancellationToken)
    {
        Arrival[] arrivals = [new(batch, again: false)];
        using var activity = telemetry.StartTransaction(arrivals);
        var began = Stopwatch.GetTimestamp();
        var (stored, events, points) = await database.WriteAsync(async (db, token) =>
        {
            var result = await StoreAsync(db, [.. arrivals[0].Requests], token);
            await together(db, token);
            return result;
        }, cancellationToken);
        telemetry.Stored(arrivals, stored.Count, events, points, clock.GetUtcNow(), began);
    }

    /// <summary>Stores a request of a batch alone.</summary>
    /// <returns>1, or 0 when it was stored before.</returns>
    public async Task<int> StoreAsync(ArrivedRequest request, CancellationToken cancellationToken) =>
        (await database.WriteAsync((db, token) => StoreAsync(db, [request], token), cancellationToken)).Requests.Count;

    /// <summary>Where a request's id ends up, for whoever follows it; thousands of lines a second, so not by default.</summary>
    private void LogStored(List<ArrivedRequest> stored)
    {
        if (!logger.IsEnabled(LogLevel.Debug))
        {
            return;
        }
        foreach (var (_, _, request) in stored)
        {
            logger.LogDebug("Stored {Events} events of request {RequestId}", request.Events.Count, request.RequestId);
        }
    }

    private async Task<(List<ArrivedRequest> Requests, int Events, int Points)> StoreAsync(
        StoreContext db, List<ArrivedRequest> arrived, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var requests = await RequestKeys.NewAmongAsync(db, arrived, now, cancellationToken);
        var events = await RequestKeys.NewAmongAsync(db, requests.SelectMany(one => one.Request.Events).Where(IsForARun), now, cancellationToken);
        if (events.Count == 0)
        {
            return (requests, 0, 0);
        }
        return (requests, events.Count, await ApplyAsync(db, events, now, cancellationToken));
    }

    /// <summary>Applies events within a transaction that changes more, and that knows by itself when it is repeated.</summary>
    /// <returns>How many points they brought.</returns>
    public async Task<int> ApplyAsync(StoreContext db, List<RunEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runs = await RunChanges.LoadAsync(db, events, options.Value, now, cancellationToken);
        foreach (var one in events)
        {
            runs[one.RunId].Apply(one);
        }
        var points = await PointWriter.WriteAsync(db, runs.Values, options.Value, now, cancellationToken);
        Silence(db, runs.Values.Where(run => run.Run.DeletedAt is not null).Select(run => run.Run.Id).ToHashSet(StringComparer.Ordinal));
        return points;
    }

    /// <summary>Nobody hears of deleted runs, nor do alerts look at them.</summary>
    private static void Silence(StoreContext db, HashSet<string> deleted)
    {
        if (deleted.Count == 0)
        {
            return;
        }
        db.Announcements.RemoveAll(one => one is RunMessage { RunId: var run } && deleted.Contains(run));
        var kept = db.Written.ConvertAll(written =>
        {
            var series = written.Series.Where(one => !deleted.Contains(one.RunId)).ToDictionary(one => one.Id);
            return new WrittenPoints(series.Values, [.. written.Points.Where(point => series.ContainsKey(point.SeriesId))]);
        });
        db.Written.Clear();
        db.Written.AddRange(kept);
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
