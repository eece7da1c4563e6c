using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Trainyard.EventIngest.Tests.Hosting;
using Trainyard.Harness;

[assembly: AssemblyFixture(typeof(RabbitMqServer))]

namespace Trainyard.EventIngest.Tests;

/// <summary>The tests that share the broker are in one class: it runs them one after the other, and one removes the exchange.</summary>
public sealed class RabbitMqTests(RabbitMqServer rabbitMq)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_was_answered_202_lies_in_a_durable_queue()
    {
        await using var ingest = await IngestHost.StartAsync(rabbitMq: rabbitMq.ConnectionString, withStore: false);
        await using var queue = await BoundQueue.BindAsync(rabbitMq.ConnectionString);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(index => ingest.AcceptedAsync(Metric($"run-{index}"))));

        var runs = await queue.TakeRunIdsAsync();
        Assert.Equal(Enumerable.Range(0, 200).Select(index => $"run-{index}").Order(), runs.Order());
    }

    [Fact]
    public async Task A_store_receives_what_was_posted()
    {
        await using var ingest = await IngestHost.StartAsync(
            rabbitMq: rabbitMq.ConnectionString, queue: $"ingest-tests-{Guid.NewGuid():N}");
        var arrived = new TaskCompletionSource();
        ingest.Store.BeforeCommit = _ =>
        {
            arrived.TrySetResult();
            return Task.CompletedTask;
        };

        await ingest.AcceptedAsync(Metric("r"));

        await arrived.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Without_a_queue_nothing_is_accepted()
    {
        await BoundQueue.UnbindAllAsync(rabbitMq.ConnectionString);
        await using var ingest = await IngestHost.StartAsync(rabbitMq: rabbitMq.ConnectionString, withStore: false);

        using var response = await ingest.PostAsync(Metric("early"));

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((503, "UNAVAILABLE"), (problem.Status, problem.Code));
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        await using var queue = await BoundQueue.BindAsync(rabbitMq.ConnectionString);
        Assert.Equal(1, await ingest.AcceptedAsync(Metric("later")));
        Assert.Equal(["later"], await queue.TakeRunIdsAsync());
    }

    [Fact]
    public async Task A_queue_that_is_full_refuses()
    {
        await using var ingest = await IngestHost.StartAsync(
            new() { ["INGEST:DURABLE_WITHIN_MS"] = "1000" }, rabbitMq.ConnectionString, withStore: false);
        await using var queue = await BoundQueue.BindAsync(rabbitMq.ConnectionString, maxMessages: 1);

        var refused = await UntilAsync(
            () => ingest.PostAsync(Metric("r")), response => response.StatusCode is HttpStatusCode.ServiceUnavailable);

        Assert.Equal("OUTCOME_UNKNOWN", refused.Code);
    }

    [Fact]
    public async Task A_broker_that_stops_is_reported_and_its_return_is_noticed()
    {
        await using var queue = await BoundQueue.BindAsync(rabbitMq.ConnectionString);
        await using var wire = new Wire(rabbitMq.ConnectionString);
        await using var ingest = await IngestHost.StartAsync(
            new() { ["INGEST:DURABLE_WITHIN_MS"] = "2000" }, wire.Address, withStore: false);
        await ingest.AcceptedAsync(Metric("before"));

        await wire.CutAsync();

        var waited = Stopwatch.StartNew();
        using (var response = await ingest.PostAsync(Metric("during")))
        {
            // It may have got there: only its sender can make sure that it is stored once.
            var problem = await ReadProblem.FromAsync(response);
            Assert.Equal((503, "OUTCOME_UNKNOWN"), (problem.Status, problem.Code));
            Assert.Contains("same Idempotency-Key", problem.Message, StringComparison.Ordinal);
            Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }
        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), $"It took {waited.Elapsed}.");
        await UntilAsync(() => ingest.Http.GetAsync("/readyz"), response => response.StatusCode is HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await ingest.Http.GetAsync("/healthz")).StatusCode);

        wire.Mend();
        await UntilAsync(() => ingest.PostAsync(Metric("after")), response => response.StatusCode is HttpStatusCode.Accepted);
        await UntilAsync(() => ingest.Http.GetAsync("/readyz"), response => response.StatusCode is HttpStatusCode.OK);
        var runs = await queue.TakeRunIdsAsync();
        // What was posted while the wire was cut may be there too.
        Assert.Equal(["before", "after"], runs.Where(run => run is "before" or "after"));
    }

    [Fact]
    public async Task Another_body_under_a_recent_key_is_refused_and_a_repetition_is_not()
    {
        await using var ingest = await IngestHost.StartAsync(rabbitMq: rabbitMq.ConnectionString, withStore: false);
        await using var queue = await BoundQueue.BindAsync(rabbitMq.ConnectionString);

        var first = await PostAsync("r", "key-1");
        var again = await PostAsync("r", "key-1");
        var elsewhere = await PostAsync("lost", "key-1");
        var others = await PostAsync("theirs", "key-2");

        Assert.Equal(
            [HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Accepted],
            new[] { first, again, elsewhere, others });
        Assert.Equal(["r", "r", "theirs"], await queue.TakeRunIdsAsync());

        async Task<HttpStatusCode> PostAsync(string run, string caller)
        {
            using var response = await ingest.PostAsync(Encoding.UTF8.GetBytes(Metric(run)), key: "k", caller: $"{caller};Ingest;;");
            if (response.StatusCode is HttpStatusCode.Accepted)
            {
                Assert.Null(JsonNode.Parse(await response.Content.ReadAsStringAsync())?["repeated"]);
            }
            return response.StatusCode;
        }
    }

    private static string Metric(string run) => $$"""{"event":"ml.run.metric","trial_id":"{{run}}","measurements":{"loss":1} }""";

    /// <summary>Asks until the answer is as expected, and returns what it said.</summary>
    private static async Task<(HttpStatusCode Status, string Code)> UntilAsync(
        Func<Task<HttpResponseMessage>> ask, Func<HttpResponseMessage, bool> expected)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            using var response = await ask();
            if (expected(response))
            {
                return (
                    response.StatusCode,
                    response.Content.Headers.ContentType?.MediaType is not "application/problem+json"
                        ? ""
                        : (await ReadProblem.FromAsync(response)).Code);
            }
            Assert.True(waited.Elapsed < Patience, $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }
}
