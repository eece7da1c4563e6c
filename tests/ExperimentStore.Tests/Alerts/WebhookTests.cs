using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Trainyard.Servers;

namespace Trainyard.ExperimentStore.Tests.Alerts;

public class WebhookTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private const string Secret = "a secret of some length";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_firing_is_posted_signed_until_it_is_taken(string database)
    {
        await using var receiver = await Receiver.StartAsync(request => request < 3 ? 503 : 204);
        await using var store = await StartAsync(database, settings: [("ALERTS:WEBHOOK_SECRET", Secret), ("ALERTS:WEBHOOK_RETRY_SECONDS", "0.05"), ("ALERTS:PUBLIC_URL", "https://trains.example/")]);
        var rule = await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "loss", threshold = 2, name = "too high", webhook_url = receiver.Url });
        Assert.Equal("127.0.0.1", rule.GetProperty("webhook_host").GetString());
        Assert.DoesNotContain("/hook", (await store.GetAsync("/api/alerts")).ToString(), StringComparison.Ordinal);

        await store.StoreAsync(Event.Metric("r1", 4, "loss", 2.5));

        var webhook = await UntilAsync(store, one => one.GetProperty("taken_at").ValueKind is JsonValueKind.String);
        Assert.Equal((3, "127.0.0.1", JsonValueKind.Null, JsonValueKind.Null), (
            webhook.GetProperty("attempts").GetInt32(), webhook.GetProperty("host").GetString(), webhook.GetProperty("next_at").ValueKind, webhook.GetProperty("error").ValueKind));
        Assert.Equal(3, receiver.Heard.Count);
        Assert.Single(receiver.Heard.Select(one => one.GetProperty("firing_id").GetString()).Distinct());
        var heard = receiver.Heard.Last();
        Assert.Equal(("r1", "loss", 4, 2.5, "above"), (
            heard.GetProperty("run_id").GetString(), heard.GetProperty("metric").GetString(), heard.GetProperty("step").GetInt32(), heard.GetProperty("value").GetDouble(),
            heard.GetProperty("kind").GetString()));
        Assert.Equal("https://trains.example/runs/r1", heard.GetProperty("url").GetString());
        Assert.Equal("too high: r1: loss is above 2: 2.5 at step 4. https://trains.example/runs/r1", heard.GetProperty("text").GetString());
        Assert.Equal(heard.GetProperty("text").GetString(), heard.GetProperty("content").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_refused_or_never_taken_is_given_up_and_said(string database)
    {
        await using var refusing = await Receiver.StartAsync(_ => 410);
        await using var failing = await Receiver.StartAsync(_ => 500);
        await using var store = await StartAsync(database, settings:
            [("ALERTS:WEBHOOK_URL", failing.Url), ("ALERTS:WEBHOOK_SECRET", Secret), ("ALERTS:WEBHOOK_RETRY_SECONDS", "0.01"), ("ALERTS:WEBHOOK_MAX_ATTEMPTS", "3")]);
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "nan", metric = "loss", webhook_url = refusing.Url });
        await store.StoreAsync(Event.Metric("r", 1, "loss", double.NaN));
        var refused = await UntilAsync(store, one => one.GetProperty("error").ValueKind is JsonValueKind.String);
        Assert.Equal((1, JsonValueKind.Null), (refused.GetProperty("attempts").GetInt32(), refused.GetProperty("next_at").ValueKind));
        Assert.Equal("NaN", refusing.Heard.Single().GetProperty("value").GetString());

        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "acc", threshold = 0 });
        await store.StoreAsync(Event.Metric("r", 1, "acc", 1));
        var given = await UntilAsync(store, one => one.GetProperty("attempts").GetInt32() == 3 && one.GetProperty("next_at").ValueKind is JsonValueKind.Null);
        Assert.Equal("it answered 500", given.GetProperty("error").GetString());
        Assert.Equal(3, failing.Heard.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_is_posted_where_nobody_wants_it_and_a_wrong_address_is_refused(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "loss", threshold = 2 });
        await store.StoreAsync(Event.Metric("r", 1, "loss", 3));
        Assert.Equal(JsonValueKind.Null, (await store.GetAsync("/api/alerts/fired")).GetProperty("items")[0].GetProperty("webhook").ValueKind);
        foreach (var url in (string[])["ftp://a/b", "/hook", "http://user:word@a/", "http://a/#b", "http://", new string('h', 2001)])
        {
            var (status, code, message) = await store.RefusedAsync(HttpMethod.Post, "/api/alerts", $$"""{"kind":"failed","webhook_url":"{{url}}"}""");
            Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (status, code));
            Assert.Contains("webhook_url", message, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonElement> UntilAsync(StoreHost store, Func<JsonElement, bool> satisfied)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var webhook = (await store.GetAsync("/api/alerts/fired")).GetProperty("items")[0].GetProperty("webhook");
            if (satisfied(webhook))
            {
                return webhook;
            }
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Somebody's program: it takes what is signed rightly, and answers as the test says.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication app;
        private int requests;

        private Receiver(Func<int, int> answer)
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            app = builder.Build();
            app.MapPost("/hook", async (HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body);
                var body = await reader.ReadToEndAsync();
                var time = request.Headers["X-Trainyard-Timestamp"].ToString();
                var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{time}.{body}")));
                var firing = JsonElement.Parse(body);
                if (request.Headers["X-Trainyard-Signature"] != signature || request.Headers["X-Trainyard-Firing"] != firing.GetProperty("firing_id").GetString())
                {
                    return Results.StatusCode(401);
                }
                Heard.Enqueue(firing);
                return Results.StatusCode(answer(Interlocked.Increment(ref requests)));
            });
        }

        public ConcurrentQueue<JsonElement> Heard { get; } = [];

        public string Url => app.Urls.First() + "/hook";

        public static async Task<Receiver> StartAsync(Func<int, int> answer)
        {
            var receiver = new Receiver(answer);
            await receiver.app.StartAsync();
            return receiver;
        }

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
