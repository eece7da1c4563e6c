using System.Diagnostics;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Media;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Stores events of runs. All events pass through here, whatever their source.</summary>
internal sealed class EventWriter(
    Database database, IOptions<RunOptions> options, TimeProvider clock, StoreTelemetry telemetry, ILogger<EventWriter> logger)
{
    /// <summary>Stores batches and their idempotency keys in one transaction.</summary>
    /// <returns>The outcome of each batch, in order.</returns>
    /// <exception cref="Trainyard.Contracts.Errors.TrainyardException">
    /// BACKEND_UNAVAILABLE: nothing is stored. OUTCOME_UNKNOWN: the batches may be stored.
    /// </exception>
    public async Task<IReadOnlyList<EventsStored>> StoreAsync(IReadOnlyList<BatchDelivery> deliveries, CancellationToken cancellationToken)
    {
        using var activity = telemetry.StartTransaction(deliveries);
        var began = Stopwatch.GetTimestamp();
        var requests = deliveries.SelectMany(delivery => delivery.Requests).ToList();
        var stored = await database.WriteAsync((db, token) => StoreAsync(db, requests, token), cancellationToken);
        telemetry.Stored(deliveries, stored, clock.GetUtcNow(), began);
        LogStored(stored.Requests);
        var perBatch = stored.Requests.CountBy(request => request.Delivery).ToDictionary();
        var refused = stored.Refused.Select(refusal => refusal.Sent.From?.Delivery).OfType<BatchDelivery>()
            .CountBy(delivery => delivery).ToDictionary();
        var outcomes = requests.Zip(stored.Outcomes).ToLookup(pair => pair.First.Delivery, pair => pair.Second);
        return [.. deliveries.Select(delivery =>
        {
            var count = perBatch.GetValueOrDefault(delivery);
            var batch = delivery.Batch;
            return new EventsStored(batch.BatchId, count, batch.Requests.Count - count, refused.GetValueOrDefault(delivery))
            {
                Outcomes = [.. outcomes[delivery]],
            };
        })];
    }

    /// <summary>
    /// Stores a batch of the store itself and related rows in one transaction. <paramref name="alsoStore"/> runs while the batch's runs are
    /// locked, and again if the transaction is retried.
    /// </summary>
    /// <exception cref="Trainyard.Contracts.Errors.TrainyardException">
    /// BACKEND_UNAVAILABLE: nothing is stored. OUTCOME_UNKNOWN: the batch may be stored.
    /// </exception>
    public async Task StoreAsync(
        EventBatch batch, Func<StoreContext, CancellationToken, Task> alsoStore, CancellationToken cancellationToken)
    {
        BatchDelivery[] deliveries = [new(batch, redelivered: false)];
        using var activity = telemetry.StartTransaction(deliveries);
        var began = Stopwatch.GetTimestamp();
        var stored = await database.WriteAsync(async (db, token) =>
        {
            var result = await StoreAsync(db, [.. deliveries[0].Requests], token, trusted: true);
            await alsoStore(db, token);
            // What is imported has been trained before.
            db.Outgoing.RemoveAll(message => message is RunNews);
            return result;
        }, cancellationToken);
        telemetry.Stored(deliveries, stored, clock.GetUtcNow(), began);
    }

    /// <summary>Stores a request of a batch alone.</summary>
    public Task<StoredRequests> StoreAsync(ArrivedRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync((db, token) => StoreAsync(db, [request], token), cancellationToken);

    /// <summary>Logs stored request ids for tracing. Debug only: it can be thousands of lines a second.</summary>
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
        StoreContext db, List<ArrivedRequest> arrived, CancellationToken cancellationToken, bool trusted = false)
    {
        var now = clock.GetUtcNow();
        var verdicts = await RequestKeys.JudgeAsync(db, arrived, now, cancellationToken);
        var requests = arrived.Where((_, index) => verdicts[index] is KeyVerdict.New).ToList();
        var sent = requests
            .SelectMany(
                request => request.Request.Events.Where(HasUsableIds).Select(reported => new SentEvent(reported, trusted ? null : request)))
            .ToList();
        var (events, repeated) = await RequestKeys.JudgeAsync(db, sent, now, cancellationToken);
        var outcomes = Outcomes(arrived, verdicts, repeated);
        if (events.Count == 0)
        {
            return new(requests, 0, 0, [], outcomes);
        }
        var (points, refused) = await ApplyAsync(db, events, now, cancellationToken);
        return new(requests, events.Count - refused.Count, points, refused, outcomes);
    }

    private static List<RequestOutcome> Outcomes(List<ArrivedRequest> arrived, KeyVerdict[] verdicts, List<SentEvent> repeated)
    {
        var byRequest = repeated.ToLookup(sent => sent.From, ReferenceEqualityComparer.Instance);
        return [.. arrived.Select((request, index) => verdicts[index] switch
        {
            KeyVerdict.New => new RequestOutcome(byRequest[request].Count()),
            KeyVerdict.Repeated => new(request.Request.Events.Count),
            _ => new(0, KeyReused: true),
        })];
    }

    /// <summary>Applies events of the store itself within a caller's transaction, which must detect its own repetition.</summary>
    public Task ApplyAsync(StoreContext db, IEnumerable<RunEvent> events, DateTimeOffset now, CancellationToken cancellationToken) =>
        ApplyAsync(db, [.. events.Select(reported => new SentEvent(reported, From: null))], now, cancellationToken);

    private async Task<(int Points, List<RefusedEvent> Refused)> ApplyAsync(
        StoreContext db, List<SentEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runs = await RunEventApplierLoader.LoadAsync(db, events, options.Value, now, cancellationToken);
        var refused = new List<RefusedEvent>();
        foreach (var sent in events)
        {
            if (runs.TryGetValue(sent.Event.RunId, out var run))
            {
                run.Apply(sent);
            }
            else
            {
                refused.Add(new(sent, Refusal.AttemptOver));
            }
        }
        foreach (var run in runs.Values)
        {
            run.WarnOfRefused();
            refused.AddRange(run.Refused);
        }
        var stored = await PointWriter.WriteAsync(db, [.. runs.Values.Select(run => run.Points())], options.Value, now, cancellationToken);
        db.Outgoing.AddRange(runs.Values.SelectMany(run => run.Reports));
        var media = await MediaWriter.WriteAsync(db, runs.Values.Select(run => run.Media()), options.Value, now, cancellationToken);
        foreach (var dropped in stored.Dropped.Concat(media))
        {
            var run = runs[dropped.RunId];
            run.Write("warning", dropped.Message, now, run.Run.Attempt);
        }
        RemoveAnnouncements(
            db, runs.Values.Where(run => run.Run.DeletedAt is not null).Select(run => run.Run.Id).ToHashSet(StringComparer.Ordinal));
        return (stored.Count, refused);
    }

    /// <summary>Deleted runs cause neither live updates nor alerts.</summary>
    private static void RemoveAnnouncements(StoreContext db, HashSet<string> deleted)
    {
        if (deleted.Count == 0)
        {
            return;
        }
        db.Outgoing.RemoveAll(message => message switch
        {
            RunMessage { RunId: var run } => deleted.Contains(run),
            RunNews { Run.Id: var run } => deleted.Contains(run),
            _ => false,
        });
        var batches = db.Outgoing.OfType<WrittenPoints>().ToList();
        db.Outgoing.RemoveAll(message => message is WrittenPoints);
        foreach (var batch in batches)
        {
            var series = batch.Series.Where(row => !deleted.Contains(row.RunId)).ToDictionary(row => row.Id);
            db.Outgoing.Add(new WrittenPoints(series.Values, [.. batch.Points.Where(point => series.ContainsKey(point.SeriesId))]));
        }
    }

    private bool HasUsableIds(RunEvent reported)
    {
        var valid = Identifier.IsValid(reported.RunId) && (reported.ExperimentId is null || Identifier.IsValid(reported.ExperimentId));
        if (!valid)
        {
            logger.LogWarning("Dropped event {EventId}: its run or experiment id is invalid", reported.EventId);
        }
        return valid;
    }
}

/// <summary>The result of storing requests.</summary>
/// <param name="Requests">Requests that were new.</param>
/// <param name="Events">The number of their events that were stored.</param>
/// <param name="Points">The number of stored points.</param>
/// <param name="Refused">Events that were dropped.</param>
/// <param name="Outcomes">The outcome of every request, in order.</param>
internal sealed record StoredRequests(
    List<ArrivedRequest> Requests, int Events, int Points, List<RefusedEvent> Refused, List<RequestOutcome> Outcomes);
