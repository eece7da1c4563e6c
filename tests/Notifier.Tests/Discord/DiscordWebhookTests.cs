using Trainyard.Harness;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Discord;

public sealed class DiscordWebhookTests(RedisServer redis)
{
    [Fact]
    public async Task Without_a_bot_the_webhooks_message_is_edited()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(("DISCORD_WEBHOOK_URL", discord.WebhookUrl));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running");

        await notifier.PublishAsync(run.Started(), run.Batch(1, 10));
        await DiscordBotTests.UntilAsync(discord, text => text.Contains("batch 10/100", StringComparison.Ordinal));
        around.Store.Put("run-1", "completed");
        await notifier.PublishAsync(run.Completed());

        await DiscordBotTests.UntilAsync(discord, text => text.Contains("✓ run-1: completed", StringComparison.Ordinal));
        Assert.Single(discord.Messages);
        var state = await notifier.GetJsonAsync("/api/notifications");
        Assert.Equal("discord_webhook", (string?)state["channels"]?[0]?["channel"]);
        Assert.DoesNotContain(FakeDiscord.WebhookToken, state.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_does_not_exist_is_given_up()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(("DISCORD_WEBHOOK_URL", $"{discord.Address}/api/webhooks/78/gone"));
        around.Store.Put("run-1", "running");

        await notifier.PublishAsync(new Events("run-1").Started());

        await Wait.UntilAsync(async () => (await notifier.DeliveriesAsync("run-1")) is [{ GivenUp: true, Failures: 1 }]);
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_it_is_allowed()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(
            ("DISCORD_WEBHOOK_URL", discord.WebhookUrl), ("OUTBOUND:ALLOWED_NETWORKS", ""), ("NOTIFIER:MAX_ATTEMPTS", "2"));
        around.Store.Put("run-1", "running");

        await notifier.PublishAsync(new Events("run-1").Started());

        await Wait.UntilAsync(async () => (await notifier.DeliveriesAsync("run-1")) is [{ GivenUp: true }]);
        Assert.Empty(discord.Everything);
    }
}
