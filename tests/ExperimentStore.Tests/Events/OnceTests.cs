using System.Net;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Events;

public class OnceTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_request_repeated_in_another_batch_changes_nothing(string database)
    {
        await using var store = await StartAsync(database);

        var first = await store.StoreAsync("key", Event.Metric("r", 1, "loss", 2));
        var second = await store.StoreAsync("key", Event.Metric("r", 1, "loss", 2));

        Assert.Equal((1, 0), (first.Stored, first.Repeated));
        Assert.Equal((0, 1), (second.Stored, second.Repeated));
        Assert.Equal(1, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_request_repeated_within_a_batch_is_stored_once(string database)
    {
        await using var store = await StartAsync(database);

        var stored = await store.StoreAsync(Request("key"), Request("other"), Request("key"), Request("c:1"), Request("c:1"));

        Assert.Equal((3, 2), (stored.Stored, stored.Repeated));
        Assert.Equal(3, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Sequences_stored_out_of_order_lose_nothing_and_repeat_nothing(string database)
    {
        await using var store = await StartAsync(database);
        long[] order = [5, 1, 4, 9, 2, 3, 8, 6, 7, 0];

        foreach (var sequence in order)
        {
            Assert.Equal(1, (await store.StoreAsync($"client:{sequence}", Event.Metric("r", sequence, "loss", 1))).Stored);
        }
        foreach (var sequence in order)
        {
            Assert.Equal(1, (await store.StoreAsync($"client:{sequence}", Event.Metric("r", sequence, "loss", 1))).Repeated);
        }

        Assert.Equal(10, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Concurrent_requests_with_the_same_keys_are_stored_once_each(string database)
    {
        await using var store = await StartAsync(database);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => store.StoreAsync(
            Request("key"), Request("client:1"), Request("client:2")))));

        Assert.Equal(3, answers.Sum(answer => answer.Stored));
        Assert.Equal(33, answers.Sum(answer => answer.Repeated));
        Assert.Equal(3, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_event_whose_sender_gave_its_id_is_stored_once(string database)
    {
        await using var store = await StartAsync(database);
        var sent = Event.Metric("r", 1, "loss", 2) with { SenderGaveId = true };

        await store.StoreAsync(sent, sent);
        await store.StoreAsync(sent, Event.Metric("r", 2, "loss", 1));

        Assert.Equal(2, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Keys_too_long_for_an_index_are_remembered_too(string database)
    {
        await using var store = await StartAsync(database);
        string[] keys = [new('k', 100_000), $"{new string('c', 100_000)}:7", "nul\0:1", "half\ud800"];

        foreach (var key in keys)
        {
            Assert.Equal(1, (await store.StoreAsync(key, Event.Metric("r", 1, "loss", 2))).Stored);
            Assert.Equal(1, (await store.StoreAsync(key, Event.Metric("r", 1, "loss", 2))).Repeated);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_redelivered_batch_without_keys_changes_nothing(string database)
    {
        await using var store = await StartAsync(database);
        var events = store.Services.GetRequiredService<EventStore>();
        var batch = new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(null), Request("key"), Request(null)]);

        var first = await events.StoreAsync(batch, redelivered: false, CancellationToken.None);
        var same = await events.StoreAsync(batch, redelivered: false, CancellationToken.None);
        var redelivered = await events.StoreAsync(batch, redelivered: true, CancellationToken.None);

        Assert.Equal((3, 0), (first.Stored, first.Repeated));
        Assert.Equal((0, 3), (same.Stored, same.Repeated));
        Assert.Equal((0, 3), (redelivered.Stored, redelivered.Repeated));
        Assert.Equal(3, await CountAsync(store, "r"));
    }

    [Fact]
    public async Task A_request_is_stored_despite_a_sender_clock_that_is_ahead()
    {
        await using var store = await StartAsync("sqlite");
        await UntilReadyAsync(store);
        var bus = store.Services.GetRequiredService<IBus>();

        await bus.Publish(new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request("key")]), context =>
        {
            // Already expired on arrival, as with a store whose clock is ahead.
            (context.TimeToLive, context.RequestId, context.ResponseAddress) = (TimeSpan.FromTicks(1), NewId.NextGuid(), bus.Address);
        });

        await Wait.UntilAsync(() => store.Http.GetAsync(new Uri("/api/runs/r", UriKind.Relative)), answer => answer.IsSuccessStatusCode);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Several_deliveries_of_a_batch_in_one_transaction_are_stored_once(string database)
    {
        await using var store = await StartAsync(database);
        var batch = new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(null), Request(null)]);

        var stored = await store.Services.GetRequiredService<EventWriter>().StoreAsync(
            [new(batch, redelivered: false), new(batch, redelivered: false), new(batch, redelivered: true), new(batch, redelivered: true)],
            CancellationToken.None);

        Assert.Equal([2, 0, 0, 0], stored.Select(result => result.Stored));
        Assert.Equal(2, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_redelivered_batch_that_was_partly_stored_stores_only_the_rest(string database)
    {
        await using var store = await StartAsync(database);
        var batch = new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(null), Request(null), Request(null)]);
        await store.Services.GetRequiredService<EventWriter>()
            .StoreAsync(new BatchDelivery(batch, redelivered: true).Requests.ElementAt(1), CancellationToken.None);

        var redelivered = await store.Services.GetRequiredService<EventStore>()
            .StoreAsync(batch, redelivered: true, CancellationToken.None);

        Assert.Equal((2, 1), (redelivered.Stored, redelivered.Repeated));
        Assert.Equal(3, await CountAsync(store, "r"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Many_batches_at_once_are_each_stored_once(string database)
    {
        await using var store = await StartAsync(database);
        var batches = Enumerable.Range(0, 300).Select(index => store.StoreAsync(
            new AcceptedRequest(null, "req", [Event.Metric($"run-{index % 7}", index, "loss", 2)]),
            new AcceptedRequest($"shared-{index % 100}", "req", [Event.Metric("shared", index % 100, "loss", 2)])));

        var stored = await Task.WhenAll(batches);

        Assert.Equal((400, 200), (stored.Sum(result => result.Stored), stored.Sum(result => result.Repeated)));
        Assert.Equal(100, await CountAsync(store, "shared"));
        Assert.Equal(43, await CountAsync(store, "run-0"));
    }

    [Fact]
    public async Task A_batch_cancelled_while_queued_is_not_stored()
    {
        await using var store = await StartAsync("sqlite");
        var (held, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = store.Services.GetRequiredService<Database>().WriteAsync(async (_, _) =>
        {
            held.SetResult();
            await release.Task;
        }, CancellationToken.None);
        await held.Task;
        var taken = store.StoreAsync(Request(null));
        using var cancellation = new CancellationTokenSource();
        var batch = new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [new(null, "req", [Event.Metric("late", 1, "loss", 2)])]);
        // The writer takes the queued batches; a batch that arrives later waits for the next transaction.
        await Wait.UntilAsync(() => Task.FromResult(store.Services.GetRequiredService<EventStore>().Waiting), waiting => waiting == 0);

        var waits = store.Services.GetRequiredService<IEventStore>().StoreAsync(batch, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        release.SetResult();
        await holding;
        await taken;
        Assert.Equal(HttpStatusCode.NotFound, (await store.RefusedAsync(HttpMethod.Get, "/api/runs/late")).Status);
    }

    private static AcceptedRequest Request(string? key) => new(key, "req", [Event.Metric("r", 1, "loss", 2)]);

    private static async Task<long> CountAsync(StoreHost store, string run) =>
        (await store.GetAsync($"/api/runs/{run}/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64();
}
