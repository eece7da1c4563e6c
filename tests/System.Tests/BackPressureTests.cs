using System.Net;
using System.Text;
using Trainyard.Contracts;
using Trainyard.Harness;
using Trainyard.Harness.Faults;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>Nothing grows without a bound: what can't be taken is refused, with a time to come back, and taken then.</summary>
[Collection(OneSystemAtATime.Name)]
public sealed class BackPressureTests(PostgresServer postgres, RedisServer redis) : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // A broker of its own: how much a queue holds is fixed when it is first declared, and what is left in it must not reach other tests.
    private readonly RabbitMqServer rabbitMq = new();
    private readonly TemporaryFolder data = new();

    public ValueTask InitializeAsync() => rabbitMq.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await rabbitMq.DisposeAsync();
        data.Dispose();
    }

    [Fact]
    public async Task A_full_queue_refuses_until_the_store_is_back_and_loses_nothing()
    {
        await using var system = await DistributedSystem.StartAsync(postgres, rabbitMq, redis, data.File("artifacts"), new(Workers: 1),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["EVENT_QUEUE__MAX_BYTES"] = "131072" });
        using var client = new TrainyardClient(system.Address);
        await client.ReadyAsync(Limit);
        var store = system.Store;
        await store.KillAsync();

        await using var load = new SteadyLoad(system.Address);
        await Wait.UntilAsync(() => load.Refusals.GetValueOrDefault("503 OUTCOME_UNKNOWN") >= 16);
        var accepted = load.Accepted;
        Assert.True(accepted > 0);
        await system.ReplaceAsync(store);
        await Wait.UntilAsync(() => load.Accepted > accepted + 100);
        await load.StopAsync(Limit);

        var (lost, doubled) = (-1L, -1L);
        for (var patience = DateTime.UtcNow + Limit; lost != 0 && DateTime.UtcNow < patience; await Task.Delay(100))
        {
            (lost, doubled) = await load.CompareAsync(client);
        }
        Assert.Equal((0, 0), (lost, doubled));
    }

    [Fact]
    public async Task A_flood_is_refused_before_memory_grows()
    {
        await using var system = await DistributedSystem.StartAsync(postgres, rabbitMq, redis, data.File("artifacts"), new(Workers: 1),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["INGEST__MAX_PENDING_BYTES"] = $"{4 << 20}" });
        using var client = new TrainyardClient(system.Address);
        await client.ReadyAsync(Limit);
        var ingest = system.Of(ResourceNames.EventIngest)[0];
        var before = ingest.ResidentBytes;
        var padding = new string('x', 200_000);
        var body = $$$"""{"event":"ml.run.metric","trial_id":"flood","measurements":{"loss":1},"metadata":{"padding":"{{{padding}}}"}}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => PostAsync(client, body)));

        Assert.All(answers, answer => Assert.True(
            answer.Status is HttpStatusCode.Accepted || answer.RetryAfter > TimeSpan.Zero, answer.ToString()));
        Assert.Contains(answers, answer => answer.Status is HttpStatusCode.Accepted);
        Assert.Contains(answers, answer => answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable);
        Assert.True(ingest.ResidentBytes - before < 200 << 20, $"It grew by {(ingest.ResidentBytes - before) >> 20} MiB.");
    }

    private static async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> PostAsync(TrainyardClient client, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.Http.PostAsync("/api/events/ml", content);
        return (response.StatusCode, response.Headers.RetryAfter?.Delta);
    }
}
