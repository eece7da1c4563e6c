using System.Net.ServerSentEvents;
using System.Text.Json;
using Trainyard.Servers;

namespace Trainyard.ExperimentStore.Tests.Logs;

public class LogTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_log_is_read_from_its_end_and_from_where_one_was(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync([.. Enumerable.Range(0, 10).Select(index => Event.Log("r", $"line {index}")), Event.Log("other", "not this")]);

        var tail = await store.GetAsync("/api/runs/r/logs?limit=3");
        await store.StoreAsync(Event.Log("r", "line 10"));
        var more = await store.GetAsync($"/api/runs/r/logs?after={tail.GetProperty("after").GetInt64()}");
        var nothing = await store.GetAsync($"/api/runs/r/logs?after={more.GetProperty("after").GetInt64()}");

        Assert.Equal(["line 7", "line 8", "line 9"], Messages(tail));
        Assert.Equal(["line 10"], Messages(more));
        Assert.Empty(Messages(nothing));
        Assert.Equal(more.GetProperty("after").GetInt64(), nothing.GetProperty("after").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_stream_goes_on_after_the_last_line_a_reader_has_seen(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Log("r", "one"), Event.Log("r", "two"));

        var first = await ReadAsync(store, null, 2);
        var reading = ReadAsync(store, first[0].EventId, 3);
        await store.StoreAsync(Event.Log("r", "three"));
        await store.StoreAsync(Event.Log("r", "four"));

        Assert.Equal(["one", "two"], first.Select(Message));
        Assert.Equal(["two", "three", "four"], (await reading).Select(Message));
    }

    private static async Task<List<SseItem<string>>> ReadAsync(StoreHost store, string? lastEventId, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs/r/logs/stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        using var response = await store.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var items = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(patience.Token)).EnumerateAsync(patience.Token))
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

    private static IEnumerable<string?> Messages(JsonElement tail) => tail.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("message").GetString());
}
