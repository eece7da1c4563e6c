using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.ExperimentStore;

/// <summary>
/// Metrics and traces of the store, under <c>Trainyard.ExperimentStore</c>. Metrics have no run tag: its cardinality is unbounded.
/// </summary>
internal sealed class StoreTelemetry : IAfterCommit, IDisposable
{
    private const string Name = "Trainyard.ExperimentStore";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly Counter<long> batches;
    private readonly Counter<long> requests;
    private readonly Counter<long> repeated;
    private readonly Counter<long> events;
    private readonly Counter<long> refused;
    private readonly Counter<long> points;
    private readonly Counter<long> runs;
    private readonly Histogram<double> lag;
    private readonly Histogram<double> transaction;
    private readonly UpDownCounter<long> subscribers;

    public StoreTelemetry(IMeterFactory meters)
    {
        meter = meters.Create(Name);
        batches = meter.CreateCounter<long>("trainyard.store.batches", "{batch}", "Batches committed.");
        requests = meter.CreateCounter<long>("trainyard.store.requests", "{request}", "Requests stored.");
        repeated = meter.CreateCounter<long>("trainyard.store.repeated", "{request}", "Requests that were already stored.");
        events = meter.CreateCounter<long>("trainyard.store.events", "{event}", "Events stored.");
        refused = meter.CreateCounter<long>(
            "trainyard.store.refused", "{event}", "Events dropped because their sender may not report the run, by reason.");
        points = meter.CreateCounter<long>("trainyard.store.points", "{point}", "Points stored.");
        runs = meter.CreateCounter<long>("trainyard.store.runs", "{run}", "Status changes of runs, by new status.");
        lag = meter.CreateHistogram("trainyard.store.lag", "s", "Time from acceptance to commit.", tags: null, TelemetryBuckets.Seconds);
        transaction = meter.CreateHistogram(
            "trainyard.store.transaction.duration", "s", "Duration of a transaction that stores batches.", tags: null,
            TelemetryBuckets.Seconds);
        subscribers = meter.CreateUpDownCounter<long>("trainyard.store.live.subscribers", "{subscriber}", "Open WebSockets.");
    }

    /// <summary>
    /// Starts the span of a transaction in the trace of its first recorded batch. Links connect it with the traces of the other batches,
    /// in both directions.
    /// </summary>
    public Activity? StartTransaction(IReadOnlyList<BatchDelivery> deliveries)
    {
        if (!source.HasListeners())
        {
            return null;
        }
        var parent = deliveries.FirstOrDefault(delivery => delivery.Activity is { Recorded: true }) ?? deliveries[0];
        var others = deliveries.Where(delivery => delivery != parent && delivery.Activity is not null).ToList();
        var activity = source.StartActivity("store events", ActivityKind.Internal, parent.Trace,
            tags: [new("trainyard.batches", deliveries.Count)],
            links: others.Select(delivery => new ActivityLink(delivery.Trace)));
        if (activity is not null)
        {
            others.ForEach(delivery => delivery.Activity?.AddLink(new(activity.Context)));
        }
        return activity;
    }

    /// <summary>Starts the span of a call to the workers, which is sent outside the request that causes it.</summary>
    public Activity? StartCall(ActivityContext request) =>
        request == default ? null : source.StartActivity("call worker", ActivityKind.Internal, request);

    public void Stored(IReadOnlyList<BatchDelivery> deliveries, StoredRequests stored, DateTimeOffset now, long began)
    {
        batches.Add(deliveries.Count);
        requests.Add(stored.Requests.Count);
        repeated.Add(deliveries.Sum(delivery => delivery.Batch.Requests.Count) - stored.Requests.Count);
        events.Add(stored.Events);
        points.Add(stored.Points);
        foreach (var (why, count) in stored.Refused.CountBy(refusal => refusal.Why))
        {
            refused.Add(count, new KeyValuePair<string, object?>("reason", why is Refusal.Outside ? "outside" : "attempt_over"));
        }
        transaction.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        foreach (var delivery in deliveries)
        {
            lag.Record((now - delivery.Batch.AcceptedAt).TotalSeconds);
        }
        Activity.Current?.SetTag("trainyard.events", stored.Events).SetTag("trainyard.points", stored.Points);
    }

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        if (!runs.Enabled)
        {
            return;
        }
        foreach (var change in outgoing.OfType<StatusChange>())
        {
            runs.Add(1, new KeyValuePair<string, object?>("status", change.NewStatus.Name()));
        }
    }

    /// <summary>Counts a subscriber until the result is disposed.</summary>
    public IDisposable Subscriber()
    {
        subscribers.Add(1);
        return new Subscription(subscribers);
    }

    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }

    private sealed class Subscription(UpDownCounter<long> subscribers) : IDisposable
    {
        public void Dispose() => subscribers.Add(-1);
    }
}
