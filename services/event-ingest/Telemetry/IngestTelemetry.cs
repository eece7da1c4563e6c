using System.Diagnostics;
using System.Diagnostics.Metrics;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Groups;

namespace Trainyard.EventIngest.Telemetry;

/// <summary>What ingest counts and traces, under <c>Trainyard.EventIngest</c>.</summary>
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
        groupSize = meter.CreateHistogram<int>("trainyard.ingest.group.size", "{request}", "Requests in a group");
        timeToDurable = meter.CreateHistogram<double>("trainyard.ingest.group.duration", "s", "From a group's dispatch until it is durable");
    }

    /// <summary>A span for a group, in the trace of its first request and linked to those of the others.</summary>
    public Activity? StartGroup(IReadOnlyList<Pending> group) => source.HasListeners()
        ? source.StartActivity("events.commit", ActivityKind.Internal, group[0].Trace,
            tags: [new("trainyard.ingest.group.size", group.Count)],
            links: group.Skip(1).Where(pending => pending.Trace != default).Select(pending => new ActivityLink(pending.Trace)))
        : null;

    public void Committed(EventBatch batch, TimeSpan elapsed)
    {
        requests.Add(batch.Requests.Count);
        events.Add(batch.Requests.Sum(request => (long)request.Events.Count));
        groupSize.Record(batch.Requests.Count);
        timeToDurable.Record(elapsed.TotalSeconds);
    }

    public void Rejected(ErrorCode code) => rejected.Add(1, new KeyValuePair<string, object?>("error_code", code.ToString()));

    public void Dispose() => source.Dispose();
}
