using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Trainyard.Harness;
using Trainyard.Notifier.Tests.Discord;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Status;

public sealed class NotificationApiTests(RedisServer redis)
{
    [Fact]
    public async Task Without_a_channel_nothing_runs_and_the_page_says_so()
    {
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(("ConnectionStrings:redis", "127.0.0.1:1"), ("DATABASE:PROVIDER", "postgres"));

        var state = await notifier.GetJsonAsync("/api/notifications");
        using var test = await notifier.Http.PostAsync("/api/notifications/test", null);

        Assert.Equal((false, 0), ((bool?)state["enabled"], state["channels"]?.AsArray().Count));
        Assert.Equal(HttpStatusCode.BadRequest, test.StatusCode);
        Assert.Null(notifier.Get<IServiceProvider>().GetService<IConnectionMultiplexer>());
        using var ready = await notifier.Http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task A_test_message_goes_to_every_channel_and_says_what_became_of_it()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var slack = await FakeSlack.StartNewAsync();
        slack.Error = "not_in_channel";
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(
            [.. DiscordBotTests.Bot(discord), ("SLACK:TOKEN", FakeSlack.Token), ("SLACK:CHANNEL", "C1"), ("SLACK:API_URL", slack.Api)]);

        using var response = await notifier.Http.PostAsync("/api/notifications/test", null);
        var results = (await response.Content.ReadFromJsonAsync<JsonObject>())?["results"]?.AsArray() ?? [];

        Assert.Equal([("discord", true), ("slack", false)], results.Select(one => ((string?)one?["channel"], (bool?)one?["sent"] is true)));
        Assert.Contains("not_in_channel", (string?)results[1]?["error"], StringComparison.Ordinal);
        Assert.StartsWith("✓ Trainyard can reach you", FakeDiscord.ContentOf(discord.Messages.Values.Single()), StringComparison.Ordinal);
        Assert.DoesNotContain(FakeSlack.Token, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_program_gets_signed_milestones()
    {
        const string Secret = "a secret of some length";
        await using var receiver = new Receiver(Secret);
        await receiver.StartAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(
            ("NOTIFIER:WEBHOOK_URL", $"{receiver.Address}/hook"), ("NOTIFIER:WEBHOOK_SECRET", Secret));
        around.Store.Put("run-1", "running");
        await notifier.PublishAsync(new Events("run-1").Started());
        await Wait.UntilAsync(() => receiver.Bodies.Count == 1);
        around.Store.Put("run-1", "failed", errorCode: "DATA_NOT_FOUND");
        await notifier.PublishAsync(new Events("run-1").Failed("can't read /home/me/corpus.txt"));

        await Wait.UntilAsync(() => receiver.Bodies.Count == 2);
        var ended = receiver.Bodies[1];
        Assert.Equal(("ended", "run-1", "failed", "DATA_NOT_FOUND"),
            ((string?)ended["kind"], (string?)ended["run_id"], (string?)ended["status"], (string?)ended["error_code"]));
        Assert.DoesNotContain("/home", ended.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>Takes signed requests only, and fails the first.</summary>
    private sealed class Receiver : FakeServer
    {
        private int requests;

        public Receiver(string secret) => App.MapPost("/hook", async (HttpRequest request) =>
        {
            var body = await new StreamReader(request.Body).ReadToEndAsync();
            var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{request.Headers["X-Trainyard-Timestamp"]}.{body}")));
            var posted = JsonNode.Parse(body) as JsonObject ?? [];
            if (request.Headers["X-Trainyard-Signature"] != signature
                || request.Headers["X-Trainyard-Delivery"] != (string?)posted["delivery_id"])
            {
                return Results.StatusCode(401);
            }
            if (Interlocked.Increment(ref requests) == 1)
            {
                return Results.StatusCode(503);
            }
            lock (Bodies)
            {
                Bodies.Add(posted);
            }
            return Results.NoContent();
        });

        public List<JsonObject> Bodies { get; } = [];
    }
}
