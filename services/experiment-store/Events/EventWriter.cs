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
    public async Task<IReadOnlyList<EventsStored>> StoreAsync(IReadOnlyList<BatchDelivery> deliveries, CancellationToken cancellationToken)
    {
        using var activity = telemetry.StartTransaction(deliveries);
        var began = Stopwatch.GetTimestamp();
        var requests = deliveries.SelectMany(delivery => delivery.Requests).ToList();
        var stored = await database.WriteAsync((db, token) => StoreAsync(db, requests, token), cancellationToken);
        telemetry.Stored(deliveries, stored, clock.GetUtcNow(), began);
        LogStored(stored.Requests);
        var perBatch = stored.Requests.CountBy(request => request.Delivery).ToDictionary();
        var refused = stored.Uncounted.Select(one => one.Sent.From?.Delivery).OfType<BatchDelivery>().CountBy(delivery => delivery).ToDictionary();
        var outcomes = requests.Zip(stored.Outcomes).ToLookup(one => one.First.Delivery, one => one.Second);
        return [.. deliveries.Select(delivery =>
        {
            var count = perBatch.GetValueOrDefault(delivery);
            var batch = delivery.Batch;
            return new EventsStored(batch.BatchId, count, batch.Requests.Count - count, refused.GetValueOrDefault(delivery)) { Outcomes = [.. outcomes[delivery]] };
        })];
    }

    /// <summary>Stores a batch of the store's own together with what it keeps about it: both or neither.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="together">Writes the rest, with the batch's runs held; called again when the transaction is tried again.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Trainyard.Contracts.Errors.TrainyardException">BACKEND_UNAVAILABLE: nothing of it is stored. OUTCOME_UNKNOWN: it may be.</exception>
    public async Task StoreAsync(EventBatch batch, Func<StoreContext, CancellationToken, Task> together, CancellationToken cancellationToken)
    {
        BatchDelivery[] deliveries = [new(batch, again: false)];
        using var activity = telemetry.StartTransaction(deliveries);
        var began = Stopwatch.GetTimestamp();
        var stored = await database.WriteAsync(async (db, token) =>
        {
            var result = await StoreAsync(db, [.. deliveries[0].Requests], token, vouched: true);
            await together(db, token);
            return result;
        }, cancellationToken);
        telemetry.Stored(deliveries, stored, clock.GetUtcNow(), began);
    }

    /// <summary>Stores a request of a batch alone.</summary>
    public Task<StoredRequests> StoreAsync(ArrivedRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync((db, token) => StoreAsync(db, [request], token), cancellationToken);

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

    private async Task<StoredRequests> StoreAsync(
        StoreContext db, List<ArrivedRequest> arrived, CancellationToken cancellationToken, bool vouched = false)
    {
        var now = clock.GetUtcNow();
        var verdicts = await RequestKeys.JudgeAsync(db, arrived, now, cancellationToken);
        var requests = arrived.Where((_, index) => verdicts[index] is KeyVerdict.New).ToList();
        var sent = requests
            .SelectMany(request => request.Request.Events.Where(IsForARun).Select(one => new SentEvent(one, vouched ? null : request)))
            .ToList();
        var (events, repeated) = await RequestKeys.JudgeAsync(db, sent, now, cancellationToken);
        var outcomes = Outcomes(arrived, verdicts, repeated);
        if (events.Count == 0)
        {
            return new(requests, 0, 0, [], outcomes);
        }
        var (points, uncounted) = await ApplyAsync(db, events, now, cancellationToken);
        return new(requests, events.Count - uncounted.Count, points, uncounted, outcomes);
    }

    private static List<RequestOutcome> Outcomes(List<ArrivedRequest> arrived, KeyVerdict[] verdicts, List<SentEvent> repeated)
    {
        var byRequest = repeated.ToLookup(one => one.From, ReferenceEqualityComparer.Instance);
        return [.. arrived.Select((one, index) => verdicts[index] switch
        {
            KeyVerdict.New => new RequestOutcome(byRequest[one].Count()),
            KeyVerdict.Repeated => new(one.Request.Events.Count),
            _ => new(0, KeyReused: true),
        })];
    }

    /// <summary>Applies what the store itself says of runs, within a transaction that changes more and knows by itself when it is repeated.</summary>
    public Task ApplyAsync(StoreContext db, IEnumerable<RunEvent> events, DateTimeOffset now, CancellationToken cancellationToken) =>
        ApplyAsync(db, [.. events.Select(one => new SentEvent(one, From: null))], now, cancellationToken);

    private async Task<(int Points, List<UncountedEvent> Uncounted)> ApplyAsync(
        StoreContext db, List<SentEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runs = await RunEventApplierLoader.LoadAsync(db, events, options.Value, now, cancellationToken);
        var uncounted = new List<UncountedEvent>();
        foreach (var one in events)
        {
            if (runs.TryGetValue(one.Event.RunId, out var run))
            {
                run.Apply(one);
            }
            else
            {
                uncounted.Add(new(one, Uncounted.AttemptOver));
            }
        }
        foreach (var run in runs.Values)
        {
            run.WarnOfUncounted();
            uncounted.AddRange(run.Uncounted);
        }
        var stored = await PointWriter.WriteAsync(db, [.. runs.Values.Select(run => run.Points())], options.Value, now, cancellationToken);
        foreach (var dropped in stored.Dropped)
        {
            var run = runs[dropped.RunId];
            run.Write("warning", dropped.Message, now, run.Run.Attempt);
        }
        Silence(db, runs.Values.Where(run => run.Run.DeletedAt is not null).Select(run => run.Run.Id).ToHashSet(StringComparer.Ordinal));
        return (stored.Count, uncounted);
    }

    /// <summary>Nobody hears of deleted runs, nor do alerts look at them.</summary>
    private static void Silence(StoreContext db, HashSet<string> deleted)
    {
        if (deleted.Count == 0)
        {
            return;
        }
        db.Outgoing.RemoveAll(message => message is RunMessage { RunId: var run } && deleted.Contains(run));
        var batches = db.Outgoing.OfType<WrittenPoints>().ToList();
        db.Outgoing.RemoveAll(message => message is WrittenPoints);
        foreach (var batch in batches)
        {
            var series = batch.Series.Where(row => !deleted.Contains(row.RunId)).ToDictionary(row => row.Id);
            db.Outgoing.Add(new WrittenPoints(series.Values, [.. batch.Points.Where(point => series.ContainsKey(point.SeriesId))]));
        }
    }

    private bool IsForARun(RunEvent one)
    {
        var valid = Identifier.IsValid(one.RunId) && (one.ExperimentId is null || Identifier.IsValid(one.ExperimentId));
        if (!valid)
        {
            logger.LogWarning("Event {EventId} is left out: its run or experiment id is invalid", one.EventId);
        }
        return valid;
    }
}

/// <summary>What became of requests.</summary>
/// <param name="Requests">Those not stored before.</param>
/// <param name="Events">How many of their events were stored.</param>
/// <param name="Points">How many points those brought.</param>
/// <param name="Uncounted">Those that did not count.</param>
/// <param name="Outcomes">Of every request that arrived, in order.</param>
internal sealed record StoredRequests(
    List<ArrivedRequest> Requests, int Events, int Points, List<UncountedEvent> Uncounted, List<RequestOutcome> Outcomes);
