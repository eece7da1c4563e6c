using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore;

internal sealed class StoreTelemetry : IDisposable
{
    private const string Name = "Trainyard.ExperimentStore";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly Counter<long> batches;
    private readonly Counter<long> requests;
    private readonly Counter<long> repeated;
    private readonly Counter<long> events;
    private readonly Counter<long> points;
    private readonly Histogram<double> lag;

    public StoreTelemetry(IMeterFactory meters)
    {
        meter = meters.Create(Name);
        batches = meter.CreateCounter<long>("trainyard.store.batches", "{batch}", "Batches committed.");
        requests = meter.CreateCounter<long>("trainyard.store.requests", "{request}", "Requests stored.");
        repeated = meter.CreateCounter<long>("trainyard.store.repeated", "{request}", "Requests that had been stored before.");
        events = meter.CreateCounter<long>("trainyard.store.events", "{event}", "Events stored.");
        points = meter.CreateCounter<long>("trainyard.store.points", "{point}", "Points stored.");
        lag = meter.CreateHistogram<double>("trainyard.store.lag", "s", "Time from acceptance to commit.");
    }

    public Activity? StartBatch(EventBatch batch)
    {
        var activity = source.StartActivity("store events");
        activity?.SetTag("trainyard.batch_id", batch.BatchId).SetTag("trainyard.requests", batch.Requests.Count);
        return activity;
    }

    public void Stored(EventBatch batch, int storedRequests, int storedEvents, int storedPoints, DateTimeOffset now)
    {
        batches.Add(1);
        requests.Add(storedRequests);
        repeated.Add(batch.Requests.Count - storedRequests);
        events.Add(storedEvents);
        points.Add(storedPoints);
        lag.Record((now - batch.AcceptedAt).TotalSeconds);
        Activity.Current?.SetTag("trainyard.events", storedEvents).SetTag("trainyard.points", storedPoints);
    }

    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }
}
