using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Groups;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.EventIngest.Telemetry;

/// <summary>Ingest's metrics and traces, under <c>Trainyard.EventIngest</c>.</summary>
internal sealed class IngestTelemetry : IDisposable
{
    public const string Name = "Trainyard.EventIngest";

    private readonly ActivitySource source = new(Name);
    private readonly Counter<long> requests;
    private readonly Counter<long> events;
    private readonly Counter<long> rejected;
    private readonly Histogram<int> groupSize;
    private readonly Histogram<double> timeToDurable;

    public IngestTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        requests = meter.CreateCounter<long>("trainyard.ingest.requests", "{request}", "Requests accepted: their events are durable");
        events = meter.CreateCounter<long>("trainyard.ingest.events", "{event}", "Events accepted");
        rejected = meter.CreateCounter<long>("trainyard.ingest.rejected", "{request}", "Requests refused, by error_code");
        groupSize = meter.CreateHistogram(
            "trainyard.ingest.group.size", "{request}", "Requests in a group", tags: null, TelemetryBuckets.Counts);
        timeToDurable = meter.CreateHistogram(
            "trainyard.ingest.group.duration", "s", "From a group's dispatch until it is durable", tags: null, TelemetryBuckets.Seconds);
    }

    /// <summary>
    /// Starts a span for a group, in the trace of its first recorded request. Links in both directions connect it with the other requests'
    /// spans.
    /// </summary>
    public Activity? StartGroup(IReadOnlyList<Pending> group)
    {
        if (!source.HasListeners())
        {
            return null;
        }
        var parent = group.FirstOrDefault(pending => pending.RequestActivity is { Recorded: true }) ?? group[0];
        var others = group.Where(pending => pending != parent && pending.RequestActivity is not null).ToList();
        var activity = source.StartActivity("events.commit", ActivityKind.Internal, parent.Trace,
            tags: [new("trainyard.ingest.group.size", group.Count)],
            links: others.Select(pending => new ActivityLink(pending.Trace)));
        if (activity is not null)
        {
            others.ForEach(pending => pending.RequestActivity?.AddLink(new(activity.Context)));
        }
        return activity;
    }

    public void Committed(EventBatch batch, TimeSpan elapsed)
    {
        requests.Add(batch.Requests.Count);
        events.Add(batch.Requests.Sum(request => (long)request.Events.Count));
        groupSize.Record(batch.Requests.Count);
        timeToDurable.Record(elapsed.TotalSeconds);
    }

    public void Rejected(ErrorCode code) => rejected.Add(1, new KeyValuePair<string, object?>("error_code", code.WireName()));

    public void Dispose() => source.Dispose();
}
