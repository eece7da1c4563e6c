using System.Net;
using Trainyard.Harness.Processes;
using Trainyard.Harness.Telemetry;

namespace Trainyard.SystemTests.Telemetry;

public sealed class StandaloneTelemetryTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task Standalone_exports_the_same_under_its_own_name()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var standalone = await TrainyardProcess.StartReadyAsync(
            "Standalone", StandaloneStartTests.Data(data.Path).Concat(receiver.Environment).ToDictionary());
        using var client = new TrainyardClient(standalone.Address);
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(
            """{"event":"ml.run.metric","trial_id":"r","measurements":{"loss":1}}"""));

        await receiver.UntilAsync(
            all => all.Points.Any(point => point is { Name: "trainyard.store.points", Value: > 0 })
                && all.Logs.Count > 0 && Stored(all).Count == 3,
            all => string.Join('\n', all.Spans.Select(span => span.Name)));

        Assert.Single(Stored(receiver).Select(span => span.TraceId).Distinct());
        Assert.All(receiver.Spans, span => Assert.Equal("standalone", span.From.Service));
        Assert.All(receiver.Logs, log => Assert.Equal("standalone", log.From.Service));
        Assert.Equal(2, Assert.Single(receiver.Points.Select(point => point.From).Distinct()).Instance.Split(':').Length);
    }

    public void Dispose() => data.Dispose();

    /// <summary>The spans of the post, its group and its transaction.</summary>
    private static List<ReceivedSpan> Stored(OtlpReceiver all) =>
    [
        .. all.Spans.Where(span =>
            span.Name is "events.commit" or "store events" || span.Attributes.GetValueOrDefault("url.path") == "/api/events/ml"),
    ];
}
