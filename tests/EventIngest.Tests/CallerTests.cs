using System.Net;
using System.Text;
using Trainyard.EventIngest.Tests.Hosting;

namespace Trainyard.EventIngest.Tests;

/// <summary>What a key may write to, and within what its idempotency keys count.</summary>
public sealed class CallerTests : IAsyncLifetime
{
    private const string Bound = "key-1;Job;nlp-;e-1";

    private IngestHost? host;

    private IngestHost Ingest => host ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => Ingest.DisposeAsync();

    [Theory]
    [InlineData(
        """[{"event":"ml.run.log","trial_id":"nlp-1","metadata":{"message":"x"}},{"event":"ml.run.stop","trial_id":"other"}]""",
        "events[1].trial_id")]
    [InlineData("""{"event":"ml.run.start","trial_id":"nlp-1","model_run_id":"e-2"}""", "events[0].model_run_id")]
    [InlineData("""{"event":"ml.run.metric","trial_id":"NLP-1","measurements":{"loss":1}}""", "events[0].trial_id")]
    public async Task A_request_for_what_is_not_the_keys_is_refused_as_a_whole(string body, string field)
    {
        using var response = await PostAsync(body, Bound);

        var problem = await ReadProblem.FromAsync(response);
        Assert.Equal((401, "UNAUTHORIZED", field), (problem.Status, problem.Code, Assert.Single(problem.Problems ?? []).Field));
        Assert.Empty(Ingest.Store.Requests);
    }

    [Fact]
    public async Task What_a_key_of_an_experiment_posts_lands_there()
    {
        using var response = await PostAsync(
            """
            [{"event":"ml.run.start","trial_id":"nlp-1"},
             {"event":"ml.run.metric","trial_id":"nlp-1","model_run_id":"e-1","measurements":{"loss":1}}]
            """,
            Bound);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.All(Ingest.Store.Events, runEvent => Assert.Equal("e-1", runEvent.ExperimentId));
    }

    [Fact]
    public async Task A_machine_of_a_bound_key_has_a_run_of_the_keys()
    {
        using var response = await PostAsync("""{"event":"ml.system.metric","source":"gpu-1","measurements":{"cpu":1}}""", Bound);

        Assert.Equal("nlp-system-gpu-1", Assert.Single(Ingest.Store.Events).RunId);
    }

    [Fact]
    public async Task A_request_says_whose_it_is_and_what_its_body_was_however_that_came()
    {
        var body = Encoding.UTF8.GetBytes(Metric("r", 1));

        using var plain = await Ingest.PostAsync(body, key: "k", caller: "key-1;Ingest;;");
        using var zipped = await Ingest.PostAsync(Compression.Compress(body, "gzip"), encoding: "gzip", key: "k", caller: "key-1;Ingest;;");
        using var other = await Ingest.PostAsync(Encoding.UTF8.GetBytes(Metric("r", 2)), key: "k", caller: "key-2;Ingest;;");
        using var keyless = await Ingest.PostAsync(body);

        var requests = Ingest.Store.Requests;
        Assert.Equal(["key-1", "key-1", "key-2", "anybody"], requests.Select(request => request.Sender?.Namespace));
        Assert.All(requests, request => Assert.Null(request.Sender?.Worker));
        Assert.NotNull(requests[0].BodyHash);
        Assert.Equal(requests[0].BodyHash, requests[1].BodyHash);
        Assert.NotEqual(requests[0].BodyHash, requests[2].BodyHash);
        Assert.Null(requests[3].BodyHash);
    }

    [Fact]
    public async Task What_the_store_has_found_out_is_answered()
    {
        Ingest.Store.Outcome = request => request.Key is "reused" ? new(0, KeyReused: true) : new(Repeated: 1);

        using var repeated = await Ingest.PostAsync(Encoding.UTF8.GetBytes($"[{Metric("r", 1)},{Metric("r", 2)}]"), key: "k");
        using var reused = await Ingest.PostAsync(Encoding.UTF8.GetBytes(Metric("r", 1)), key: "reused");

        Assert.Equal("""{"accepted":2,"repeated":1}""", await repeated.Content.ReadAsStringAsync());
        var problem = await ReadProblem.FromAsync(reused);
        Assert.Equal((422, "IDEMPOTENCY_KEY_REUSED"), (problem.Status, problem.Code));
    }

    private Task<HttpResponseMessage> PostAsync(string body, string caller) =>
        Ingest.PostAsync(Encoding.UTF8.GetBytes(body), caller: caller);

    private static string Metric(string run, int step) =>
        $$$"""{"event":"ml.run.metric","trial_id":"{{{run}}}","metadata":{"step":{{{step}}}},"measurements":{"loss":1}}""";
}
