using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Events;

public class LogTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_log_is_read_from_its_end_and_after_an_id(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(
            [.. Enumerable.Range(0, 10).Select(index => Event.Log("r", $"line {index}")), Event.Log("other", "not this")]);

        var tail = await store.GetAsync("/api/runs/r/logs?limit=3");
        await store.StoreAsync(Event.Log("r", "line 10"));
        var more = await store.GetAsync($"/api/runs/r/logs?after={tail.GetProperty("next").GetInt64()}");
        var nothing = await store.GetAsync($"/api/runs/r/logs?after={more.GetProperty("next").GetInt64()}");

        Assert.Equal(["line 7", "line 8", "line 9"], Messages(tail));
        Assert.Equal(["line 10"], Messages(more));
        Assert.Empty(Messages(nothing));
        Assert.Equal(more.GetProperty("next").GetInt64(), nothing.GetProperty("next").GetInt64());
        Assert.Equal(
            ["id", "time", "level", "message", "attempt"], tail.GetProperty("logs")[0].EnumerateObject().Select(member => member.Name));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_reader_that_reconnects_gets_every_line_once(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Start("r"));
        var writing = Task.Run(async () =>
        {
            for (var line = 0; line < 60; line++)
            {
                await store.StoreAsync(Event.Log("r", $"{line}"), Event.Log("other", "not this"));
            }
            await store.StoreAsync(Event.Stop("r", RunStatus.Completed));
        });

        var heard = new List<string?>();
        string? last = null;
        while (true)
        {
            var items = await ReadAsync(store, last, count: 7);
            heard.AddRange(items.Where(item => item.EventType == "log").Select(Message));
            if (items.Count == 0 || items[^1].EventType == "end")
            {
                break;
            }
            last = items[^1].EventId;
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, 60).Select(line => $"{line}"), heard);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Lines_are_filtered_by_level_and_text(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Log("r", "started", "debug"), Event.Log("r", "50% of RAM_used"), Event.Log("r", "disk full", "error"),
            Event.Log("r", "Disk nearly full", "warning"));
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));

        Assert.Equal(["disk full", "Disk nearly full"], Messages(await store.GetAsync("/api/runs/r/logs?level=warning")));
        Assert.Equal(["disk full", "Disk nearly full"], Messages(await store.GetAsync("/api/runs/r/logs?contains=DISK")));
        Assert.Equal(["Disk nearly full"], Messages(await store.GetAsync("/api/runs/r/logs?contains=disk&limit=1")));
        Assert.Equal(["50% of RAM_used"], Messages(await store.GetAsync("/api/runs/r/logs?contains=0%25%20of%20ram_")));
        Assert.Empty(Messages(await store.GetAsync("/api/runs/r/logs?contains=%25nearly")));
        Assert.Equal(["disk full"], Messages(await store.GetAsync("/api/runs/r/logs?level=error&contains=full&after=0")));
        Assert.Equal(["Disk nearly full"],
            (await ReadAsync(store, null, 10, "?contains=NEARLY&level=info")).Where(item => item.EventType == "log").Select(Message));
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Get, "/api/runs/r/logs?level=loud")).Code);
        Assert.Equal("CONFIG_INVALID", (await store.RefusedAsync(HttpMethod.Get, "/api/runs/r/logs/stream?contains=")).Code);
    }

    [Fact]
    public async Task A_stream_delivers_lines_of_other_replicas_once()
    {
        var settings = await SettingsAsync("postgres");
        await using var first = await StoreHost.StartAsync(settings);
        await using var second = await StoreHost.StartAsync(settings);
        await first.StoreAsync(Event.Log("r", "0"));
        var reading = ReadAsync(second, null, count: 1000);

        // Both replicas write at once. No line may become visible with an id below one that was already read.
        await Task.WhenAll(Enumerable.Range(1, 60).Select(line => (line % 2 == 0 ? first : second).StoreAsync(Event.Log("r", $"{line}"))));
        await first.StoreAsync(Event.Stop("r", RunStatus.Completed));

        var lines = (await reading).Where(item => item.EventType == "log").ToList();
        Assert.Equal(Enumerable.Range(0, 61),
            lines.Select(item => int.Parse(Message(item) ?? "", System.Globalization.CultureInfo.InvariantCulture)).Order());
        Assert.Equal(lines.Select(item => item.EventId).Distinct(), lines.Select(item => item.EventId));
    }

    [Fact]
    public async Task A_stream_ends_with_its_run_and_is_not_reopened()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Log("r", "first"));
        var reading = ReadAsync(store, null, count: 100);
        await store.StoreAsync(Event.Log("r", "last"), Event.Stop("r", RunStatus.Failed));

        var items = await reading;

        Assert.Equal(["log", "log", "end"], items.Select(item => item.EventType));
        Assert.Equal("failed", JsonElement.Parse(items[2].Data).GetProperty("status").GetString());
        using var again = new HttpRequestMessage(
            HttpMethod.Get, "/api/runs/r/logs/stream")
        { Headers = { { "Last-Event-ID", items[1].EventId } } };
        using var answer = await store.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_stream_works_without_redis()
    {
        await using var store = await StartAsync(
            "sqlite", settings: ("ConnectionStrings:redis", "127.0.0.1:1,connectTimeout=100,syncTimeout=200,asyncTimeout=200"));
        await store.StoreAsync(Event.Log("r", "one"));

        var first = await ReadAsync(store, null, count: 1);
        var reading = ReadAsync(store, first[0].EventId, count: 1);
        await store.StoreAsync(Event.Log("r", "two"));

        Assert.Equal("two", Message(Assert.Single(await reading)));
    }

    [Fact]
    public async Task An_idle_stream_sends_heartbeats()
    {
        await using var store = await StartAsync("sqlite", settings: ("LIVE:HEARTBEAT_SECONDS", "0.1"));
        await store.StoreAsync(Event.Start("r"));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        using var lines = new StreamReader(
            await store.Http.GetStreamAsync(new Uri("/api/runs/r/logs/stream", UriKind.Relative), timeout.Token));

        var comments = 0;
        while (comments < 3)
        {
            var line = await lines.ReadLineAsync(timeout.Token);
            Assert.NotNull(line);
            comments += line.StartsWith(':') ? 1 : 0;
        }
    }

    [Fact]
    public async Task An_invalid_last_event_id_is_refused()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Start("r"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs/r/logs/stream") { Headers = { { "Last-Event-ID", "x1" } } };

        using var answer = await store.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>Reads until there are enough events or the stream ends. Empty if the server answers 204.</summary>
    private static async Task<List<SseItem<string>>> ReadAsync(StoreHost store, string? lastEventId, int count, string query = "")
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/runs/r/logs/stream{query}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        using var response = await store.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        if (response.StatusCode is HttpStatusCode.NoContent)
        {
            return [];
        }
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var items = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(timeout.Token)).EnumerateAsync(timeout.Token))
        {
            items.Add(item);
            if (items.Count == count)
            {
                break;
            }
        }
        return items;
    }

    private static string? Message(SseItem<string> item) => JsonElement.Parse(item.Data).GetProperty("message").GetString();

    private static IEnumerable<string?> Messages(JsonElement tail) =>
        tail.GetProperty("logs").EnumerateArray().Select(line => line.GetProperty("message").GetString());
}
