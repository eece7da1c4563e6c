using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>The scope of a key, and other bodies under the same key.</summary>
public class KeyTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Another_body_under_a_key_is_refused_while_its_sender_waits(string database)
    {
        await using var store = await StartAsync(database);

        foreach (var key in (string[])["plain", "client:5"])
        {
            var stored = await store.StoreAsync(
                Request(key, "r", body: 1), Request(key, "r", body: 1), Request(key, "r", body: 2), Request($"other-{key}", "r", body: 2));
            var later = await store.StoreAsync(Request(key, "r", body: 2), Request(key, "r", body: 1));

            Assert.Equal<RequestOutcome>([new(0), new(1), new(0, KeyReused: true), new(0)], stored.Outcomes);
            Assert.Equal<RequestOutcome>([new(0, KeyReused: true), new(1)], later.Outcomes);
        }

        Assert.Equal(4, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Another_body_under_a_key_is_refused_if_either_covers_several_runs(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Request("plain", "a", body: 1, "b"), Request("other", "a", body: 2));

        var again = await store.StoreAsync(
            Request("plain", "a", body: 1, "b"), Request("plain", "a", body: 3, "b"), Request("plain", "a", body: 4),
            Request("plain", "c", body: 5), Request("other", "c", body: 6, "a"), Request("other", "a", body: 2));

        Assert.Equal<RequestOutcome>([new(2), Reused, Reused, Reused, Reused, new(1)], again.Outcomes);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_number_counts_in_each_run_of_a_request_and_in_no_other(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Request("client:5", "a", body: 1), Request("client:5", "b", body: 2, "c"));

        var again = await store.StoreAsync(
            Request("client:5", "a", body: 1), Request("client:5", "b", body: 2, "c"), Request("client:5", "b", body: 3, "c"),
            Request("client:5", "b", body: 4), Request("client:5", "a", body: 5, "d"), Request("client:5", "d", body: 6),
            Request("client:6", "a", body: 7, "b"));

        Assert.Equal<RequestOutcome>([new(1), new(2), Reused, Reused, Reused, new(0), new(0)], again.Outcomes);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_request_of_two_runs_is_still_known_when_one_of_them_is_gone_and_its_number_used_again(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Request("client:5", "a", body: 1, "b"));
        await store.SendAsync(HttpMethod.Delete, "/api/runs/a?permanent=true");
        await store.StoreAsync(Request("client:5", "a", body: 2));

        var again = await store.StoreAsync(Request("client:5", "a", body: 1, "b"));

        Assert.Equal<RequestOutcome>([new(2)], again.Outcomes);
        Assert.Equal(1, await CountAsync(store, "a"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Another_body_under_a_key_is_stored_once_if_it_was_already_accepted(string database)
    {
        await using var store = await StartAsync(database);
        var events = store.Services.GetRequiredService<EventStore>();

        foreach (var key in (string[])["plain", "client:5"])
        {
            foreach (var again in (bool[])[false, false, true])
            {
                await events.StoreAsync(Batch(Request(key, "first", body: 1)), again, CancellationToken.None);
                await events.StoreAsync(Batch(Request(key, "first", body: 2)), again, CancellationToken.None);
                await events.StoreAsync(Batch(Request(key, "second", body: 3)), again, CancellationToken.None);
            }
        }

        Assert.Equal((4, 2), (await CountAsync(store, "first"), await CountAsync(store, "second")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_key_counts_within_its_sender_and_address(string database)
    {
        await using var store = await StartAsync(database);
        var worker = new EventSender(Namespace: null, new WorkerClaim("w", "nobodys", 1));

        foreach (var key in (string[])["plain", "trainer/run-1/1:0"])
        {
            var stored = await store.StoreAsync(
                Request(key, "r", body: 1),
                Request(key, "r", body: 1) with { Sender = new("key-1") },
                Request(key, "r", body: 1) with { Sender = new("key-2") },
                Request(key, "r", body: 1) with { Address = "metrics/r" },
                Request(key, "r", body: 1) with { Sender = worker });

            Assert.Equal(5, stored.Stored);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Numbers_between_seen_ones_do_not_count_as_seen(string database)
    {
        await using var store = await StartAsync(database);
        var spaced = Enumerable.Range(1, 6000).Select(index => Request($"client:{index * 1000L}", "r", body: index)).ToArray();

        var burnt = 0;
        foreach (var part in spaced.Chunk(2000))
        {
            burnt += (await store.StoreAsync(part)).Stored;
        }
        var low = await store.StoreAsync(
            Request("client:1", "r", body: 7), Request("client:1001", "r", body: 7), Request("client:1000", "r", body: 1));

        Assert.Equal(6000, burnt);
        Assert.Equal((2, 1), (low.Stored, low.Repeated));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_id_of_an_event_counts_within_its_run_and_sender(string database)
    {
        await using var store = await StartAsync(database);
        var sent = Event.Metric("a", 1, "loss", 2) with { SenderGaveId = true };

        var first = await store.StoreAsync(sent, sent, sent with { RunId = "b" }, Event.Metric("a", 2, "loss", 1));
        var second = await store.StoreAsync(sent with { RunId = "c" }, sent);
        await store.StoreAsync(new AcceptedRequest(null, "req", [sent]) { Sender = new("key-1") });

        Assert.Equal((1, 1), (Assert.Single(first.Outcomes).Repeated, Assert.Single(second.Outcomes).Repeated));
        Assert.Equal((3, 1, 1), (await CountAsync(store, "a"), await CountAsync(store, "b"), await CountAsync(store, "c")));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_permanently_removed_run_takes_its_keys_with_it(string database)
    {
        await using var store = await StartAsync(database);
        var sent = Event.Metric("r", 3, "loss", 2) with { SenderGaveId = true };
        AcceptedRequest[] requests = [Request("plain", "r", body: 1), Request("client:1", "r", body: 2), new("ids", "req", [sent]),
            Request("kept", "other", body: 3)];
        await store.StoreAsync(requests);

        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");
        var successor = await store.StoreAsync(requests);

        Assert.Equal((3, 1), (successor.Stored, successor.Repeated));
        Assert.Equal(3, await CountAsync(store, "r"));
        await store.SendAsync(HttpMethod.Delete, "/api/runs/r?permanent=true");
        await store.SendAsync(HttpMethod.Delete, "/api/runs/other?permanent=true");
        var left = await store.Services.GetRequiredService<Database>().ReadAsync(
            async (db, token) => await db.Keys.CountAsync(token) + await db.SequencePages.CountAsync(token), CancellationToken.None);
        Assert.Equal(0, left);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Other_values_under_a_used_key_are_refused(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "r" });
        await store.SendAsync(HttpMethod.Post, "/api/runs", new { run_id = "s" });

        Assert.Equal(HttpStatusCode.OK, await PostAsync("r", 1, "key-1;Ingest;;"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync("r", 1, "key-1;Ingest;;"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync("r", 2, "key-1;Ingest;;"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync("r", 2, "key-2;Ingest;;"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync("s", 2, "key-1;Ingest;;"));
        Assert.Equal(2, await CountAsync(store, "r"));

        async Task<HttpStatusCode> PostAsync(string run, int step, string caller)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/runs/{run}/metrics")
            {
                Content = JsonContent.Create(new[] { new { step, metrics = new { loss = 1.5 } } }),
                Headers = { { "Idempotency-Key", "job:1" }, { "X-Trainyard-Caller", caller } },
            };
            using var response = await store.Http.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_bound_key_creates_runs_of_its_own_only()
    {
        await using var store = await StartAsync("sqlite");
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e-1", name = "e" });
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "e-2", name = "e" });

        Assert.Equal(HttpStatusCode.Unauthorized, (await CreateAsync(new { run_id = "other" })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await CreateAsync(new { experiment_id = "e-2" })).Status);
        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(new { run_id = "nlp-1" })).Status);
        var (status, body) = await CreateAsync(new { name = "unnamed" });

        Assert.Equal(HttpStatusCode.Created, status);
        var id = JsonElement.Parse(body).GetProperty("run_id").GetString();
        Assert.StartsWith("nlp-", id, StringComparison.Ordinal);
        Assert.Equal("e-1", (await store.GetAsync($"/api/runs/{id}")).GetProperty("experiment_id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await store.RefusedAsync(HttpMethod.Get, "/api/runs/other")).Status);

        async Task<(HttpStatusCode Status, string Body)> CreateAsync(object fields)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs")
            {
                Content = JsonContent.Create(fields),
                Headers = { { "X-Trainyard-Caller", "key-1;Job;nlp-;e-1" } },
            };
            using var response = await store.Http.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    private static RequestOutcome Reused => new(0, KeyReused: true);

    private static AcceptedRequest Request(string key, string run, long body, params string[] otherRuns) =>
        new(key, "req", [Event.Metric(run, null, "loss", 2), .. otherRuns.Select(other => Event.Metric(other, null, "loss", 2))])
        {
            Sender = new("anybody"),
            Address = "events",
            BodyHash = body,
        };

    private static EventBatch Batch(params AcceptedRequest[] requests) => new(Guid.NewGuid(), DateTimeOffset.UtcNow, requests);

    private static async Task<long> CountAsync(StoreHost store, string run) =>
        (await store.GetAsync($"/api/runs/{run}/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64();
}
