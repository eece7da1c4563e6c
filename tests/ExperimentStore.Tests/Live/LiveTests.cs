using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;
using Trainyard.Harness.Faults;
using static Trainyard.ExperimentStore.Tests.Live.Peer;

namespace Trainyard.ExperimentStore.Tests.Live;

public class LiveTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_subscriber_receives_all_updates_of_its_run_and_no_others(string database)
    {
        await using var store = await StartAsync(database);
        using var peer = await SubscribeAsync(store, "r");

        await store.StoreAsync(Event.Metric("other", 1, "loss", 1));
        await store.StoreAsync(
            Event.Metrics("r", 3, new() { ["loss"] = 0.5, ["acc"] = double.NaN }), Event.Log("r", "hello", "warning"),
            Event.Checkpoint("r", "c/3", 3, best: true), Event.Stop("r", RunStatus.Completed));

        var heard = new List<JsonElement>();
        while (heard.Count < 5)
        {
            heard.Add(await HearAsync(peer));
        }
        Assert.All(heard, message => Assert.Equal("r", message.GetProperty("run_id").GetString()));
        Assert.All(heard, message => Assert.False(message.TryGetProperty("topic", out _), message.ToString()));
        Assert.Equal(["status_change", "metric_update", "log", "checkpoint_saved", "status_change"],
            heard.Select(message => message.GetProperty("type").GetString()));
        var byType = heard.ToLookup(message => message.GetProperty("type").GetString());
        Assert.Equal(["running", "completed"], byType["status_change"].Select(change => change.GetProperty("new_status").GetString()));
        var metrics = Assert.Single(byType["metric_update"]);
        Assert.Equal(
            (3, 0.5, "NaN"), (metrics.GetProperty("step").GetInt64(), metrics.GetProperty("metrics").GetProperty("loss").GetDouble(),
            metrics.GetProperty("metrics").GetProperty("acc").GetString()));
        Assert.Equal(("warning", "hello"), Assert.Single(byType["log"]) is var log
            ? (log.GetProperty("level").GetString(), log.GetProperty("message").GetString())
            : default);
        Assert.StartsWith(
            "ckpt-", Assert.Single(byType["checkpoint_saved"]).GetProperty("checkpoint_id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updates_of_one_commit_arrive_in_order()
    {
        await using var store = await StartAsync("sqlite");
        using var peer = await SubscribeAsync(store, "r");

        await store.StoreAsync(
            [.. Enumerable.Range(0, 30).Select(step => Event.Metric("r", step, "loss", step)), Event.Log("r", "over"),
                Event.Stop("r", RunStatus.Completed), Event.Metric("r", 40, "late", 1)]);

        var heard = new List<JsonElement>();
        while (heard.Count < 5)
        {
            heard.Add(await HearAsync(peer));
        }
        Assert.Equal(["status_change", "metric_update", "log", "status_change", "metric_update"],
            heard.Select(message => message.GetProperty("type").GetString()));
        Assert.Equal((29, 40), (heard[1].GetProperty("step").GetInt64(), heard[4].GetProperty("step").GetInt64()));
        Assert.Equal("completed", heard[3].GetProperty("new_status").GetString());
    }

    [Fact]
    public async Task Every_replica_notifies_its_own_subscribers()
    {
        var settings = await SettingsAsync("postgres");
        await using var first = await StoreHost.StartAsync(settings);
        await using var second = await StoreHost.StartAsync(settings);
        using var here = await SubscribeAsync(first, "*");
        using var there = await SubscribeAsync(second, "*");

        await first.StoreAsync(Event.Metric("r", 1, "loss", 1));

        foreach (var peer in (ClientWebSocket[])[here, there])
        {
            Assert.Equal("status_change", (await HearAsync(peer)).GetProperty("type").GetString());
            Assert.Equal("metric_update", (await HearAsync(peer)).GetProperty("type").GetString());
        }
    }

    [Fact]
    public async Task After_unsubscribing_no_update_arrives()
    {
        await using var store = await StartAsync("sqlite");
        using var peer = await SubscribeAsync(store, "r");
        await SayAsync(peer, """{"type":"unsubscribe","run_id":"r"}""");
        Assert.Equal("unsubscribed", (await HearAsync(peer)).GetProperty("type").GetString());
        await SayAsync(peer, """{"type":"subscribe","run_id":"other"}""");
        Assert.Equal("subscribed", (await HearAsync(peer)).GetProperty("type").GetString());

        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        await store.StoreAsync(Event.Metric("other", 1, "loss", 1));

        Assert.Equal("other", (await HearAsync(peer)).GetProperty("run_id").GetString());
    }

    [Fact]
    public async Task An_invalid_message_is_answered_and_the_connection_stays_open()
    {
        await using var store = await StartAsync("sqlite");
        using var peer = await ConnectAsync(store);

        foreach (var message in (string[])[
            "{", "", "[]", "null", "7", """{"type":"dance"}""", """{"type":"subscribe"}""", """{"type":"subscribe","run_id":"../x"}""",
            """{"type":"subscribe","run_id":7}""", """{"type":"ping","more":1}""", new('x', 4096), new('x', 500_000)])
        {
            await SayAsync(peer, message);
            Assert.Equal("error", (await HearAsync(peer)).GetProperty("type").GetString());
        }
        await peer.SendAsync(new byte[] { 0xff, 0xfe, 0 }, WebSocketMessageType.Binary, true, CancellationToken.None);
        Assert.Equal("error", (await HearAsync(peer)).GetProperty("type").GetString());

        await SayAsync(peer, """{"type":"ping"}""");
        Assert.Equal("pong", (await HearAsync(peer)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task An_endless_message_is_refused()
    {
        await using var store = await StartAsync("sqlite");
        using var peer = await ConnectAsync(store);
        var part = new byte[65_536];

        await Assert.ThrowsAnyAsync<WebSocketException>(async () =>
        {
            for (var sent = 0; sent < 1000; sent++)
            {
                await peer.SendAsync(part, WebSocketMessageType.Text, false, CancellationToken.None);
            }
        });
    }

    [Fact]
    public async Task A_subscriber_that_does_not_read_is_disconnected_and_writes_go_on()
    {
        await using var store = await StartAsync("sqlite", settings: [("LIVE:MAX_PENDING", "16"), ("LIVE:SEND_SECONDS", "60")]);
        using var peer = await SubscribeAsync(store, "r");
        using var other = await SubscribeAsync(store, "r");
        var text = new string('x', 16_000);
        var (lines, heard) = (0, 0);

        // Until the buffers of the socket and the subscriber are full. The other subscriber keeps reading.
        while (lines < 1200)
        {
            await store.StoreAsync(Event.Log("r", text));
            lines++;
            while (heard < lines)
            {
                heard += (await HearAsync(other)).GetProperty("type").GetString() == "log" ? 1 : 0;
            }
        }
        await store.StoreAsync([.. Enumerable.Range(0, 10).Select(step => Event.Metric("r", step, "loss", step))]);

        var close = await UntilClosedAsync(peer);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, close.CloseStatus);
        Assert.Contains("too slow", close.CloseStatusDescription, StringComparison.Ordinal);
        Assert.Equal(9, (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("step").GetInt64());
    }

    [Fact]
    public async Task Writes_go_on_while_redis_is_unreachable()
    {
        await using var store = await StartAsync(
            "sqlite", settings: ("ConnectionStrings:redis", "127.0.0.1:1,connectTimeout=100,syncTimeout=200,asyncTimeout=200"));

        for (var step = 0; step < 50; step++)
        {
            await store.StoreAsync(Event.Metric("r", step, "loss", step));
        }

        Assert.Equal(50, (await store.GetAsync("/api/runs/r/metrics/latest")).GetProperty("series")[0].GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task The_address_accepts_only_websocket()
    {
        await using var store = await StartAsync("sqlite");

        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Get, "/ws")).Code);
    }

    [Fact]
    public async Task After_a_redis_restart_subscribers_get_a_resync_and_each_update_once()
    {
        var (first, second) = (new RedisServer(), new RedisServer());
        await first.InitializeAsync();
        var address = first.Endpoint;
        await using var way = new TcpProxy(() => address);
        await using var store = await StartAsync(
            "sqlite", settings: ("ConnectionStrings:redis", $"{first.ConnectionStringThrough(way.Port)},connectTimeout=1000"));
        using var peer = await SubscribeAsync(store, "r");
        await store.StoreAsync(Event.Metric("r", 0, "loss", 0));
        Assert.Equal("status_change", (await HearAsync(peer)).GetProperty("type").GetString());
        Assert.Equal("metric_update", (await HearAsync(peer)).GetProperty("type").GetString());

        await first.DisposeAsync();
        await store.StoreAsync(Event.Metric("r", 1, "lost", 1));
        await second.InitializeAsync();
        address = second.Endpoint;

        var hearing = Task.Run(() => HearUntilAsync(peer, "over"));
        for (var step = 2; !hearing.IsCompleted; step++)
        {
            Assert.True(step < 600, "Updates did not come again in a minute.");
            await store.StoreAsync(Event.Metric("r", step, "loss", step), Event.Log("r", "over"));
            await Task.WhenAny(hearing, Task.Delay(100));
        }
        await store.StoreAsync(Event.Log("r", "the end"));
        var heard = (await hearing).Concat(await HearUntilAsync(peer, "the end")).ToList();
        while (!heard.Exists(message => message.GetProperty("type").GetString() == "resync"))
        {
            heard.Add(await HearAsync(peer));
        }
        var steps = heard.Where(message => message.GetProperty("type").GetString() == "metric_update")
            .Select(message => message.GetProperty("step").GetInt64()).ToList();
        Assert.NotEmpty(steps);
        Assert.Equal(steps.Distinct().Order(), steps);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_replica_that_could_not_publish_triggers_a_resync_on_others()
    {
        var server = new RedisServer();
        await server.InitializeAsync();
        var address = server.Endpoint;
        await using var way = new TcpProxy(() => address);
        var settings = await SettingsAsync("postgres", ("ConnectionStrings:redis", server.ConnectionString));
        await using var near = await StoreHost.StartAsync(settings);
        settings["ConnectionStrings:redis"] =
            $"{server.ConnectionStringThrough(way.Port)},connectTimeout=1000,asyncTimeout=500,syncTimeout=500";
        await using var far = await StoreHost.StartAsync(settings);
        using var peer = await SubscribeAsync(near, "r");

        address = ("127.0.0.1", 1);
        way.Cut();
        await far.StoreAsync(Event.Metric("r", 1, "lost", 1));
        address = server.Endpoint;

        var types = new List<string?>();
        while (!types.Contains("resync"))
        {
            types.Add((await HearAsync(peer, seconds: 60)).GetProperty("type").GetString());
        }
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_stopping_store_closes_connections_with_a_reason()
    {
        var store = await StartAsync("sqlite");
        using var peer = await SubscribeAsync(store, "*");

        var stopping = store.DisposeAsync();

        var close = await UntilClosedAsync(peer);
        Assert.Equal(
            (WebSocketCloseStatus.EndpointUnavailable, "the server is stopping"), (close.CloseStatus, close.CloseStatusDescription));
        await stopping;
    }

    [Fact]
    public async Task Only_a_peer_that_answers_pings_stays_connected()
    {
        await using var store = await StartAsync("sqlite", settings: ("LIVE:PING_SECONDS", "0.3"));
        using var alive = await ConnectAsync(store);
        var hearing = HearAsync(alive);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var dead = new TcpClient();
        await dead.ConnectAsync(store.Address.Host, store.Address.Port, timeout.Token);
        var stream = dead.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /ws HTTP/1.1\r\nHost: {store.Address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), timeout.Token);

        var ended = false;
        try
        {
            while (await stream.ReadAsync(new byte[1024], timeout.Token) > 0)
            {
            }
            ended = true;
        }
        catch (IOException)
        {
            ended = true;
        }

        Assert.True(ended);
        await SayAsync(alive, """{"type":"ping"}""");
        Assert.Equal("pong", (await hearing).GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_number_of_subscriptions_is_limited()
    {
        await using var store = await StartAsync("sqlite");
        using var peer = await ConnectAsync(store);
        for (var run = 0; run < 4096; run++)
        {
            await SayAsync(peer, $$"""{"type":"subscribe","run_id":"r{{run}}"}""");
            Assert.Equal("subscribed", (await HearAsync(peer)).GetProperty("type").GetString());
        }

        await SayAsync(peer, """{"type":"subscribe","run_id":"one-more"}""");
        Assert.Equal("error", (await HearAsync(peer)).GetProperty("type").GetString());
        await SayAsync(peer, """{"type":"unsubscribe","run_id":"r0"}""");
        Assert.Equal("unsubscribed", (await HearAsync(peer)).GetProperty("type").GetString());
        await SayAsync(peer, """{"type":"subscribe","run_id":"one-more"}""");
        Assert.Equal("subscribed", (await HearAsync(peer)).GetProperty("type").GetString());
    }

    /// <summary>All messages up to a log line.</summary>
    private static async Task<List<JsonElement>> HearUntilAsync(ClientWebSocket peer, string line)
    {
        var heard = new List<JsonElement>();
        do
        {
            heard.Add(await HearAsync(peer, seconds: 90));
        }
        while (!(heard[^1].GetProperty("type").GetString() == "log" && heard[^1].GetProperty("message").GetString() == line));
        return heard;
    }
}
