using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

public sealed class TelemetryTests
{
    private const string Metric = """{"event":"ml.run.metric","trial_id":"r","measurements":{"loss":1}}""";

    [Fact]
    public async Task Requests_events_and_refusals_are_counted()
    {
        await using var ingest = await IngestHost.StartAsync();
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Trainyard.EventIngest"
                    && ReferenceEquals(instrument.Meter.Scope, ingest.Services.GetService<IMeterFactory>()))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        var codes = new ConcurrentQueue<object?>();
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            foreach (var (name, code) in tags)
            {
                if (name == "error_code")
                {
                    codes.Enqueue(code);
                }
            }
        });
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, _, _) => counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();

        await ingest.AcceptedAsync($"[{Metric},{Metric},{Metric}]");
        await ingest.AcceptedAsync(Metric);
        using var refused = await ingest.PostAsync("{}");

        Assert.Equal(
            (2, 4, 1, 2),
            (counted["trainyard.ingest.requests"], counted["trainyard.ingest.events"],
                counted["trainyard.ingest.rejected"], counted["trainyard.ingest.group.size"]));
        Assert.Equal(["EVENT_INVALID"], codes);
    }

    [Fact]
    public async Task A_group_belongs_to_the_trace_of_a_request()
    {
        await using var ingest = await IngestHost.StartAsync();
        var groups = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Trainyard.EventIngest",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = groups.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = new Activity("caller").Start();

        await ingest.AcceptedAsync(Metric);

        Assert.Contains(groups, group => group.TraceId == caller.TraceId && group.OperationName == "events.commit");
    }
}
