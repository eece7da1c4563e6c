using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.ExperimentStore;

/// <summary>What the store counts and traces, under <c>Trainyard.ExperimentStore</c>. No tag of a metric names a run: there is no end to runs.</summary>
internal sealed class StoreTelemetry : IAfterCommit, IDisposable
{
    private const string Name = "Trainyard.ExperimentStore";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly Counter<long> batches;
    private readonly Counter<long> requests;
    private readonly Counter<long> repeated;
    private readonly Counter<long> events;
    private readonly Counter<long> uncounted;
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
        repeated = meter.CreateCounter<long>("trainyard.store.repeated", "{request}", "Requests that had been stored before.");
        events = meter.CreateCounter<long>("trainyard.store.events", "{event}", "Events stored.");
        uncounted = meter.CreateCounter<long>("trainyard.store.refused", "{event}", "Events dropped because their sender may not speak for the run, by reason.");
        points = meter.CreateCounter<long>("trainyard.store.points", "{point}", "Points stored.");
        runs = meter.CreateCounter<long>("trainyard.store.runs", "{run}", "Runs that came to a status, by status.");
        lag = meter.CreateHistogram("trainyard.store.lag", "s", "Time from acceptance to commit.", tags: null, TelemetryBuckets.Seconds);
        transaction = meter.CreateHistogram("trainyard.store.transaction.duration", "s", "Time that storing batches together took.", tags: null, TelemetryBuckets.Seconds);
        subscribers = meter.CreateUpDownCounter<long>("trainyard.store.live.subscribers", "{subscriber}", "Open WebSockets.");
    }

    /// <summary>
    /// A span for a transaction, in the trace of the first of its batches that is recorded. Between it and the others' there are links in
    /// both directions.
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

    /// <summary>A span for a call to the workers, which is sent apart from the request that makes it.</summary>
    public Activity? StartCall(ActivityContext request) => request == default ? null : source.StartActivity("call worker", ActivityKind.Internal, request);

    public void Stored(IReadOnlyList<BatchDelivery> deliveries, StoredRequests stored, DateTimeOffset now, long began)
    {
        batches.Add(deliveries.Count);
        requests.Add(stored.Requests.Count);
        repeated.Add(deliveries.Sum(delivery => delivery.Batch.Requests.Count) - stored.Requests.Count);
        events.Add(stored.Events);
        points.Add(stored.Points);
        foreach (var (why, count) in stored.Uncounted.CountBy(one => one.Why))
        {
            uncounted.Add(count, new KeyValuePair<string, object?>("reason", why is Uncounted.Outside ? "outside" : "attempt_over"));
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

    /// <summary>Counts a subscriber until it is disposed of.</summary>
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
