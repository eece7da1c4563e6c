using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.ExperimentStore.Events;

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

    /// <summary>A span for a transaction, in the trace of its first batch and linked to those of the others.</summary>
    public Activity? StartTransaction(IReadOnlyList<Arrival> arrivals) => source.HasListeners()
        ? source.StartActivity("store events", ActivityKind.Internal, arrivals[0].Trace,
            tags: [new("trainyard.batches", arrivals.Count)],
            links: arrivals.Skip(1).Where(arrival => arrival.Trace != default).Select(arrival => new ActivityLink(arrival.Trace)))
        : null;

    public void Stored(IReadOnlyList<Arrival> arrivals, int storedRequests, int storedEvents, int storedPoints, DateTimeOffset now)
    {
        batches.Add(arrivals.Count);
        requests.Add(storedRequests);
        repeated.Add(arrivals.Sum(arrival => arrival.Batch.Requests.Count) - storedRequests);
        events.Add(storedEvents);
        points.Add(storedPoints);
        foreach (var arrival in arrivals)
        {
            lag.Record((now - arrival.Batch.AcceptedAt).TotalSeconds);
        }
        Activity.Current?.SetTag("trainyard.events", storedEvents).SetTag("trainyard.points", storedPoints);
    }

    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }
}
