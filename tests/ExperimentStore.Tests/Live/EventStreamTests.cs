using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Harness;
using Trainyard.Harness.Faults;
using Trainyard.ServiceDefaults.TrainEvents;

namespace Trainyard.ExperimentStore.Tests.Live;

/// <summary>What a program that follows runs over HTTP receives.</summary>
public class EventStreamTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private readonly RedisServer server = redis;

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_stream_tells_what_is_posted_and_goes_on_where_it_was_interrupted(string database)
    {
        await using var store = await StartAsync(database);
        string? seen;
        await using (var stream = await EventReader.OpenAsync(store))
        {
            await store.StoreAsync(Event.Start("r"));
            Assert.Equal("r", Assert.IsType<TrainStarted>(await stream.NextAsync()).RunId);
            seen = stream.LastEventId;
        }
        await store.StoreAsync(Event.Metric("r", 1, "loss", 0.5));
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));

        await using var again = await EventReader.OpenAsync(store, lastEventId: seen);

        Assert.Equal(0.5, Assert.IsType<TrainBatch>(await again.NextAsync()).BatchLoss);
        Assert.Equal(1, Assert.IsType<TrainProgress>(await again.NextAsync()).Step);
        var last = Assert.IsType<TrainCompleted>(await again.NextAsync());
        Assert.Equal(last.EventId.ToString(), again.LastEventId);
    }

    [Fact]
    public async Task A_stream_can_be_of_some_runs_and_types()
    {
        await using var store = await StartAsync("sqlite");
        await using var runs = await EventReader.OpenAsync(store, "?run=a,b");
        await using var types = await EventReader.OpenAsync(store, "?type=trainer.train.completed.v1&type=trainer.train.failed.v1");
        foreach (var run in (string[])["x", "a", "b"])
        {
            await store.StoreAsync(Event.Start(run), Event.Stop(run, RunStatus.Completed));
        }

        Assert.Equal(
            ["a started", "a completed", "b started", "b completed"],
            [await NameAsync(runs), await NameAsync(runs), await NameAsync(runs), await NameAsync(runs)]);
        Assert.Equal(
            ["x completed", "a completed", "b completed"], [await NameAsync(types), await NameAsync(types), await NameAsync(types)]);
    }

    [Fact]
    public async Task Another_replica_continues_the_stream()
    {
        var settings = await SettingsAsync("postgres");
        await using var first = await StoreHost.StartAsync(settings);
        await using var second = await StoreHost.StartAsync(settings);
        await using var here = await EventReader.OpenAsync(first);
        await second.StoreAsync(Event.Start("r"));
        Assert.IsType<TrainStarted>(await here.NextAsync());
        await first.StoreAsync(Event.Stop("r", RunStatus.Completed));

        await using var there = await EventReader.OpenAsync(second, lastEventId: here.LastEventId);

        Assert.IsType<TrainCompleted>(await there.NextAsync());
    }

    [Fact]
    public async Task Who_was_away_for_too_long_is_told_so_and_gets_what_there_is()
    {
        await using var store = await StartAsync("sqlite", settings: ("LIVE:REPLAY_EVENTS", "4"));
        await using var stream = await EventReader.OpenAsync(store);
        Publish(store, 0);
        await stream.NextAsync();
        var seen = stream.LastEventId;
        for (var step = 1; step < 10; step++)
        {
            Publish(store, step);
            await stream.NextAsync();
        }

        await using var late = await EventReader.OpenAsync(store, lastEventId: seen);
        Assert.Null(await late.NextAsync());
        long[] steps = [await StepAsync(late), await StepAsync(late), await StepAsync(late), await StepAsync(late)];
        Assert.Equal([6, 7, 8, 9], steps);

        await using var stranger = await EventReader.OpenAsync(store, lastEventId: Guid.NewGuid().ToString());
        Assert.Null(await stranger.NextAsync());
        Assert.Equal(6, await StepAsync(stranger));
    }

    [Fact]
    public async Task A_break_of_the_connection_to_redis_is_told()
    {
        await using var way = new TcpProxy(() => server.Endpoint);
        await using var store = await StartAsync("sqlite", settings: ("ConnectionStrings:redis",
            $"{server.ConnectionStringThrough(way.Port)},channelPrefix={Guid.NewGuid():N},connectTimeout=1000"));
        await using var stream = await EventReader.OpenAsync(store, "?run=r");
        Publish(store, 1);
        Assert.Equal(1, await StepAsync(stream));

        way.Cut();

        Assert.Null(await stream.NextAsync());
        // The subscription may come back after the connection that publishes.
        var hearing = StepAsync(stream);
        for (var step = 2; !hearing.IsCompleted; step++)
        {
            Publish(store, step);
            await Task.WhenAny(hearing, Task.Delay(100));
        }
        Assert.True(await hearing >= 2);
    }

    [Fact]
    public async Task A_quiet_stream_sends_comments_that_move_its_place()
    {
        await using var store = await StartAsync("sqlite", settings: ("LIVE:HEARTBEAT_SECONDS", "0.1"));
        await using var all = await EventReader.OpenAsync(store);
        using var response = await EventReader.AskAsync(store, "?run=silent", lastEventId: null);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Publish(store, 1);
        await all.NextAsync();

        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = new StringBuilder();
        while (!text.ToString().Contains($"id: {all.LastEventId}\n", StringComparison.Ordinal))
        {
            text.Append(await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))).Append('\n');
        }

        Assert.StartsWith(": training events\nretry: 2000\n", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n: still here\n", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("data:", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_streams_than_there_may_be_are_refused_until_one_is_closed()
    {
        await using var store = await StartAsync(
            "sqlite", settings: [("LIVE:MAX_STREAMS_PER_KEY", "2"), ("LIVE:HEARTBEAT_SECONDS", "0.1")]);
        await using var first = await EventReader.OpenAsync(store);
        var second = await EventReader.OpenAsync(store);

        Assert.Equal((HttpStatusCode.TooManyRequests, "RATE_LIMITED"),
            await store.RefusedAsync(HttpMethod.Get, "/api/events/stream") is var (status, code, _) ? (status, code) : default);
        await second.DisposeAsync();
        await Wait.UntilAsync(async () =>
        {
            using var response = await EventReader.AskAsync(store, "", lastEventId: null);
            return response.StatusCode is HttpStatusCode.OK;
        });
    }

    [Theory]
    [InlineData("?run=..%2Fx", "run")]
    [InlineData("?run=", "run")]
    [InlineData("?type=trainer.train.started.v9", "type")]
    [InlineData("?type=started", "type")]
    [InlineData("?colour=red", "colour")]
    public async Task A_filter_that_makes_no_sense_is_refused(string query, string field)
    {
        await using var store = await StartAsync("sqlite");

        var (status, code, message) = await store.RefusedAsync(HttpMethod.Get, $"/api/events/stream{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (status, code));
        Assert.StartsWith(field, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_is_none_is_refused_and_a_head_request_ends()
    {
        await using var store = await StartAsync("sqlite");

        using var refused = await EventReader.AskAsync(store, "", lastEventId: "812");
        using var head = await store.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/events/stream"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (head.StatusCode, head.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_store_that_stops_ends_its_streams()
    {
        var store = await StartAsync("sqlite");
        await using var stream = await EventReader.OpenAsync(store);

        await store.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<EndOfStreamException>(stream.NextAsync);
    }

    private static void Publish(StoreHost store, long step) => store.Services.GetRequiredService<TrainEventPublisher>().Publish(
        new TrainProgress { RunId = "r", Ts = DateTimeOffset.UnixEpoch, Step = step });

    private static async Task<string> NameAsync(EventReader stream) =>
        await stream.NextAsync() is { } happened ? $"{happened.RunId} {happened.Type.Split('.')[2]}" : "gap";

    private static async Task<long> StepAsync(EventReader stream) => Assert.IsType<TrainProgress>(await stream.NextAsync()).Step;

    /// <summary>A typed client of the stream.</summary>
    private sealed class EventReader : IAsyncDisposable
    {
        private readonly HttpResponseMessage response;
        private readonly SseParser<string> parser;
        private readonly IAsyncEnumerator<SseItem<string>> items;

        private EventReader(HttpResponseMessage response, Stream body)
        {
            (this.response, parser) = (response, SseParser.Create(body));
            items = parser.EnumerateAsync().GetAsyncEnumerator();
        }

        public string LastEventId => parser.LastEventId;

        public static async Task<EventReader> OpenAsync(StoreHost store, string query = "", string? lastEventId = null)
        {
            var answer = await AskAsync(store, query, lastEventId);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return new(answer, await answer.Content.ReadAsStreamAsync());
        }

        public static async Task<HttpResponseMessage> AskAsync(StoreHost store, string query, string? lastEventId)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/events/stream{query}");
            if (lastEventId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastEventId);
            }
            return await store.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(30));
        }

        /// <summary>The next event; null for a gap.</summary>
        public async Task<TrainEvent?> NextAsync()
        {
            if (!await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
            {
                throw new EndOfStreamException();
            }
            var json = items.Current.Data;
            var happened = TrainEventJson.Read(Encoding.UTF8.GetBytes(json));
            Assert.Equal(happened is null, json.Contains($"\"{StreamGap.TypeName}\"", StringComparison.Ordinal));
            return happened;
        }

        public ValueTask DisposeAsync()
        {
            // A pending read would make the enumerator's disposal throw.
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
