using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Trainyard.ExperimentStore.Tests.Webhooks;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Alerts;

public class WebhookTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_firing_is_posted_signed_until_the_webhook_accepts_it(string database)
    {
        await using var receiver = await OtherProgram.WebhookAsync(request => request < 3 ? Results.StatusCode(503) : Results.NoContent());
        await using var store = await StartAsync(
            database, settings: [("ALERTS:WEBHOOK_SECRET", OtherProgram.Secret), ("ALERTS:WEBHOOK_RETRY_SECONDS", "0.05"),
            ("ALERTS:PUBLIC_URL", "https://trains.example/")]);
        var rule = await store.SendAsync(
            HttpMethod.Post, "/api/alerts",
            new { kind = "above", metric = "loss", threshold = 2, name = "too high", webhook_url = receiver.Url });
        Assert.Equal("127.0.0.1", rule.GetProperty("webhook_host").GetString());
        Assert.DoesNotContain("/hook", (await store.GetAsync("/api/alerts")).ToString(), StringComparison.Ordinal);

        await store.StoreAsync(Event.Metric("r1", 4, "loss", 2.5));

        var webhook = await UntilAsync(store, call => call.GetProperty("taken_at").ValueKind is JsonValueKind.String);
        Assert.Equal((3, "127.0.0.1", JsonValueKind.Null, JsonValueKind.Null), (
            webhook.GetProperty("attempts").GetInt32(), webhook.GetProperty("host").GetString(), webhook.GetProperty("next_at").ValueKind,
            webhook.GetProperty("error").ValueKind));
        Assert.Equal(3, receiver.Heard.Count);
        Assert.Single(receiver.Heard.Select(call => call.GetProperty("firing_id").GetString()).Distinct());
        var heard = receiver.Heard.Last();
        Assert.Equal(("r1", "loss", 4, 2.5, "above"), (
            heard.GetProperty("run_id").GetString(), heard.GetProperty("metric").GetString(), heard.GetProperty("step").GetInt32(),
            heard.GetProperty("value").GetDouble(),
            heard.GetProperty("kind").GetString()));
        Assert.Equal("https://trains.example/runs/r1", heard.GetProperty("url").GetString());
        Assert.Equal("too high: r1: loss is above 2: 2.5 at step 4. https://trains.example/runs/r1", heard.GetProperty("text").GetString());
        Assert.Equal(heard.GetProperty("text").GetString(), heard.GetProperty("content").GetString());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_call_that_failed_while_the_clock_was_ahead_is_retried_after_its_usual_delay(string database)
    {
        await using var receiver = await OtherProgram.WebhookAsync(
            request => request == 1 ? Results.StatusCode(503) : Results.NoContent());
        var clock = new SettableClock(DateTimeOffset.UtcNow) { Ahead = TimeSpan.FromDays(1) };
        await using var store = await StartAsync(database, clock, settings: ("ALERTS:WEBHOOK_SECRET", OtherProgram.Secret));
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "nan", metric = "loss", webhook_url = receiver.Url });
        await store.StoreAsync(Event.Metric("r", 1, "loss", double.NaN));
        await UntilAsync(store, call =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return call.GetProperty("error").ValueKind is JsonValueKind.String;
        });

        clock.Ahead = TimeSpan.Zero;

        await UntilAsync(store, call =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return call.GetProperty("taken_at").ValueKind is JsonValueKind.String;
        });
        Assert.Equal(2, receiver.Heard.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_webhook_that_refuses_or_keeps_failing_is_given_up_with_its_error(string database)
    {
        await using var refusing = await OtherProgram.WebhookAsync(_ => Results.StatusCode(410));
        await using var failing = await OtherProgram.WebhookAsync(_ => Results.StatusCode(500));
        await using var store = await StartAsync(database, settings:
            [("ALERTS:WEBHOOK_URL", failing.Url), ("ALERTS:WEBHOOK_SECRET", OtherProgram.Secret), ("ALERTS:WEBHOOK_RETRY_SECONDS", "0.01"),
                ("ALERTS:WEBHOOK_MAX_ATTEMPTS", "3")]);
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "nan", metric = "loss", webhook_url = refusing.Url });
        await store.StoreAsync(Event.Metric("r", 1, "loss", double.NaN));
        var refused = await UntilAsync(store, call => call.GetProperty("error").ValueKind is JsonValueKind.String);
        Assert.Equal((1, JsonValueKind.Null), (refused.GetProperty("attempts").GetInt32(), refused.GetProperty("next_at").ValueKind));
        Assert.Equal("NaN", refusing.Heard.Single().GetProperty("value").GetString());

        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "acc", threshold = 0 });
        await store.StoreAsync(Event.Metric("r", 1, "acc", 1));
        var given = await UntilAsync(
            store, call => call.GetProperty("attempts").GetInt32() == 3 && call.GetProperty("next_at").ValueKind is JsonValueKind.Null);
        Assert.Equal("it answered 500", given.GetProperty("error").GetString());
        Assert.Equal(3, failing.Heard.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Without_a_webhook_nothing_is_posted_and_an_invalid_address_is_refused(string database)
    {
        await using var store = await StartAsync(database);
        await store.SendAsync(HttpMethod.Post, "/api/alerts", new { kind = "above", metric = "loss", threshold = 2 });
        await store.StoreAsync(Event.Metric("r", 1, "loss", 3));
        Assert.Equal(
            JsonValueKind.Null, (await store.GetAsync("/api/alerts/fired")).GetProperty("items")[0].GetProperty("webhook").ValueKind);
        foreach (var url in (string[])["ftp://a/b", "/hook", "http://user:word@a/", "http://a/#b", "http://", new string('h', 2001)])
        {
            var (status, code, message) = await store.RefusedAsync(
                HttpMethod.Post, "/api/alerts", $$"""{"kind":"failed","webhook_url":"{{url}}"}""");
            Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (status, code));
            Assert.Contains("webhook_url", message, StringComparison.Ordinal);
        }
    }

    private static Task<JsonElement> UntilAsync(StoreHost store, Func<JsonElement, bool> satisfied) => Wait.UntilAsync(
        async () => (await store.GetAsync("/api/alerts/fired")).GetProperty("items")[0].GetProperty("webhook"), satisfied);
}
