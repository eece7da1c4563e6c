using Trainyard.Contracts;
using Trainyard.Harness.Telemetry;

namespace Trainyard.SystemTests.Telemetry;

/// <summary>What the services export, as a collector gets it.</summary>
[Collection(OneSystemAtATime.Name)]
public sealed class TelemetryTests(ObservedSystem system) : IClassFixture<ObservedSystem>
{
    private const int Server = 2, Client = 3, Producer = 4, Consumer = 5;

    private static readonly string[] Probes = ["/healthz", "/readyz", "/health", "/alive"];

    [Fact]
    public async Task A_post_is_one_trace_from_the_gateway_to_the_database()
    {
        var received = await system.ReceiverAsync();
        await received.UntilAsync(all => PathToDatabase(all).Count > 0, all => Describe(all, PostOf(all)?.TraceId));

        var path = PathToDatabase(received);

        Assert.Equal("", path[0].ParentId);
        Assert.Equal(
            [
                (ResourceNames.Gateway, Server), (ResourceNames.Gateway, Client),
                (ResourceNames.EventIngest, Server), (ResourceNames.EventIngest, Producer),
                (ResourceNames.ExperimentStore, Consumer), (ResourceNames.ExperimentStore, Consumer),
            ],
            path.Where(span => span.Kind is Server or Client or Producer or Consumer && span.Source != "Npgsql")
                .Select(span => (span.From.Service, span.Kind)));
        Assert.Equal(
            ["events.commit", "store events"],
            path.Where(span => span.Source.StartsWith("Trainyard.", StringComparison.Ordinal)).Select(span => span.Name));
        Assert.Equal("Npgsql", path[^1].Source);
        Assert.Equal(
            ObservedSystem.RequestId,
            path.First(span => span is { Kind: Server, From.Service: ResourceNames.EventIngest }).Attributes["request_id"]);
    }

    [Fact]
    public async Task Posts_that_are_stored_together_are_linked_in_both_directions()
    {
        var received = await system.ReceiverAsync();

        await received.UntilAsync(
            all => all.Spans.Where(span => span is { Name: "events.commit", Links.Count: > 0 }).Any(group => group.Links.All(link =>
                all.Spans.Any(span => span.SpanId == link.SpanId && span.Links.Contains((group.TraceId, group.SpanId))))),
            all => $"{all.Spans.Count(span => span is { Name: "events.commit", Links.Count: > 0 })} groups had links.");
    }

    [Fact]
    public async Task A_training_run_is_one_trace_of_its_phases()
    {
        var received = await system.ReceiverAsync();
        await received.UntilAsync(all => RunOf(all) is not null, all => Describe(all, null));
        var run = Assert.IsType<ReceivedSpan>(RunOf(received));
        var phases = received.Spans.Where(span => span.TraceId == run.TraceId && span.Source == run.Source && span != run)
            .OrderBy(span => span.Start).ToList();

        Assert.Equal(("", ResourceNames.TrainerWorker, "completed"), (run.ParentId, run.From.Service, run.Attributes["status"]));
        Assert.Equal("prepare data", phases[0].Name);
        var epochs = phases.Where(span => span.Name.StartsWith("epoch ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(epochs);
        Assert.Equal(Enumerable.Range(1, epochs.Count).Select(number => $"epoch {number}"), epochs.Select(span => span.Name));
        Assert.Equal(["20", "40"], phases.Where(span => span.Name == "evaluate").Select(span => span.Attributes["step"]));
        Assert.Equal(["20", "40"], phases.Where(span => span.Name == "checkpoint").Select(span => span.Attributes["step"]));
        Assert.All(phases.Except(epochs).Skip(1), span => Assert.Contains(epochs, epoch =>
            epoch.SpanId == span.ParentId && span.Start >= epoch.Start && span.End <= epoch.End));
        Assert.All(epochs.Prepend(phases[0]), span => Assert.Equal(run.SpanId, span.ParentId));
        Assert.DoesNotContain(received.Spans, span => span.TraceId == run.TraceId && span.Source == "MassTransit");
    }

    [Fact]
    public async Task A_training_run_is_linked_with_the_request_that_queued_it_and_its_deliveries_with_it()
    {
        var received = await system.ReceiverAsync();
        await received.UntilAsync(all => RunOf(all) is not null, all => Describe(all, null));
        var run = Assert.IsType<ReceivedSpan>(RunOf(received));
        var link = Assert.Single(run.Links);

        Assert.Equal(ObservedSystem.TrainRequestId, run.Attributes["request_id"]);
        Assert.Contains(received.Spans, span =>
            span.TraceId == link.TraceId && span is { Kind: Server, From.Service: ResourceNames.Gateway }
            && span.Attributes.GetValueOrDefault("request_id") == ObservedSystem.TrainRequestId);
        var delivery = received.Spans.First(span => span.Name == "deliver events" && span.Links.Contains((run.TraceId, run.SpanId)));
        Assert.Contains(received.Spans, span =>
            span.TraceId == delivery.TraceId && span is { Name: "store events", From.Service: ResourceNames.ExperimentStore });
    }

    [Theory]
    [InlineData(ResourceNames.EventIngest, "trainyard.ingest.requests", "{request}")]
    [InlineData(ResourceNames.EventIngest, "trainyard.ingest.events", "{event}")]
    [InlineData(ResourceNames.EventIngest, "trainyard.ingest.rejected", "{request}")]
    [InlineData(ResourceNames.EventIngest, "trainyard.ingest.group.size", "{request}")]
    [InlineData(ResourceNames.EventIngest, "trainyard.ingest.group.duration", "s")]
    [InlineData(ResourceNames.ExperimentStore, "trainyard.store.batches", "{batch}")]
    [InlineData(ResourceNames.ExperimentStore, "trainyard.store.events", "{event}")]
    [InlineData(ResourceNames.ExperimentStore, "trainyard.store.points", "{point}")]
    [InlineData(ResourceNames.ExperimentStore, "trainyard.store.lag", "s")]
    [InlineData(ResourceNames.ExperimentStore, "trainyard.store.transaction.duration", "s")]
    [InlineData(ResourceNames.ExperimentStore, "trainyard.store.runs", "{run}")]
    [InlineData(ResourceNames.TrainerWorker, "trainyard.trainer.tokens", "{token}")]
    [InlineData(ResourceNames.TrainerWorker, "trainyard.trainer.tokens_per_second", "{token}/s")]
    [InlineData(ResourceNames.TrainerWorker, "trainyard.trainer.loss", "{nat}")]
    [InlineData(ResourceNames.TrainerWorker, "trainyard.trainer.validation_loss", "{nat}")]
    [InlineData(ResourceNames.TrainerWorker, "trainyard.trainer.runs", "{run}")]
    public async Task A_metric_arrives_with_its_unit_and_a_value(string service, string name, string unit)
    {
        var received = await system.ReceiverAsync();

        await received.UntilAsync(
            all => all.Points.Any(point => point.From.Service == service && point.Name == name && point.Unit == unit && point.Value > 0),
            all => string.Join('\n', all.Points.Where(point => point.From.Service == service)
                .Select(point => $"{point.Name} {point.Unit} {point.Value}").Distinct()));
    }

    [Fact]
    public async Task Lag_is_told_in_fractions_of_a_second_and_no_metric_has_a_run_in_it()
    {
        var received = await system.ReceiverAsync();
        await received.UntilAsync(
            all => all.Points.Any(point => point is { Name: "trainyard.store.lag", Count: > 0 }), _ => "No lag was received.");

        Assert.True(received.Points.First(point => point.Name == "trainyard.store.lag").Bounds.Count(bound => bound is > 0 and < 1) >= 5);
        Assert.All(received.Points, point =>
            Assert.DoesNotContain(point.Attributes.Values, value => value == system.RunId || value == "outside"));
    }

    [Fact]
    public async Task Logs_carry_the_ids_and_belong_to_their_trace()
    {
        var received = await system.ReceiverAsync();
        await received.UntilAsync(
            all => StoredLog(all) is not null && TrainingLog(all) is not null && RunOf(all) is not null && PostOf(all) is not null,
            all => string.Join('\n', all.Logs.Select(log => $"{log.From.Service} {log.Category} {log.Message}")));
        var (stored, training) = (Assert.IsType<ReceivedLog>(StoredLog(received)), Assert.IsType<ReceivedLog>(TrainingLog(received)));

        Assert.Equal((ObservedSystem.TrainRequestId, system.RunId), (training.Attributes["request_id"], training.Attributes["run_id"]));
        Assert.Equal(RunOf(received)?.TraceId, training.TraceId);
        Assert.Contains(received.Spans, span =>
            span.TraceId == stored.TraceId && span.SpanId == stored.SpanId && span.Name == "store events");
    }

    [Fact]
    public async Task Every_replica_of_every_service_says_who_it_is()
    {
        var received = await system.ReceiverAsync();

        string[] expected =
        [
            "event-ingest-0", "event-ingest-1", "experiment-store-0", "experiment-store-1", "gateway-0", "notifier-0",
            "tokenizer-service-0", "trainer-worker-0",
        ];
        await received.UntilAsync(
            all => all.Points.Select(point => point.From.Instance).Distinct().Order(StringComparer.Ordinal).SequenceEqual(expected),
            all => string.Join(' ', all.Points.Select(point => point.From).Distinct()));
    }

    [Fact]
    public async Task Neither_probes_nor_secrets_are_exported_nor_statements_that_nobody_asked_for()
    {
        var received = await system.ReceiverAsync();
        await received.UntilAsync(
            all => all.Spans.Any(span => span.Attributes.GetValueOrDefault("url.path") == "/ws"), all => Describe(all, null));

        Assert.Empty(received.Spans.SelectMany(Paths)
            .Where(path => Array.Exists(Probes, probe => path.EndsWith(probe, StringComparison.Ordinal))).Distinct());
        Assert.All(system.Secrets, secret => Assert.DoesNotContain(secret, received.Everything, StringComparison.Ordinal));
        // What makes the database, once, is done in the server's own.
        Assert.Empty(received.Spans
            .Where(span => span is { Source: "Npgsql", ParentId: "" } && span.Attributes.GetValueOrDefault("db.namespace") != "postgres")
            .Select(span => $"{span.Name} {string.Join(' ', span.Attributes)}"));

        static IEnumerable<string> Paths(ReceivedSpan span) =>
            ((string[])["url.path", "url.full"]).Select(name => span.Attributes.GetValueOrDefault(name, ""));
    }

    private static ReceivedSpan? PostOf(OtlpReceiver all) =>
        all.Spans.FirstOrDefault(span => span is { Kind: Server, From.Service: ResourceNames.Gateway }
            && span.Attributes.GetValueOrDefault("request_id") == ObservedSystem.RequestId);

    private ReceivedSpan? RunOf(OtlpReceiver all) =>
        all.Spans.FirstOrDefault(span => span.Name == "train run" && span.Attributes.GetValueOrDefault("run_id") == system.RunId);

    private static ReceivedLog? StoredLog(OtlpReceiver all) =>
        all.Logs.FirstOrDefault(log => log.From.Service == ResourceNames.ExperimentStore
            && log.Attributes.GetValueOrDefault("request_id") == ObservedSystem.RequestId);

    private ReceivedLog? TrainingLog(OtlpReceiver all) =>
        all.Logs.FirstOrDefault(log =>
            log.From.Service == ResourceNames.TrainerWorker && log.Message == $"Training {system.RunId}, attempt 1");

    /// <summary>
    /// From the root of the followed post's trace down to the deepest span that is a statement of the database; none when some are missing
    /// yet.
    /// </summary>
    private static List<ReceivedSpan> PathToDatabase(OtlpReceiver all)
    {
        if (PostOf(all) is not { } post)
        {
            return [];
        }
        var trace = all.Spans.Where(span => span.TraceId == post.TraceId).ToDictionary(span => span.SpanId);
        var path = new List<ReceivedSpan>();
        for (var at = trace.Values.FirstOrDefault(span => span.Source == "Npgsql");
            at is not null;
            at = trace.GetValueOrDefault(at.ParentId))
        {
            path.Insert(0, at);
        }
        return path.FirstOrDefault() == post ? path : [];
    }

    private static string Describe(OtlpReceiver all, string? traceId) => string.Join('\n', all.Spans
        .Where(span => traceId is null ? span.ParentId == "" : span.TraceId == traceId)
        .OrderBy(span => span.Start)
        .Select(span => $"{span.From.Service} {span.Source} '{span.Name}' kind {span.Kind} {span.ParentId} -> {span.SpanId}"));
}
