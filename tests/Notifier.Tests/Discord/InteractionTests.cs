using System.Net;
using System.Text;
using Trainyard.Harness;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Discord;

/// <summary>The bot's command, as Discord sends it.</summary>
public sealed class InteractionTests(RedisServer redis)
{
    [Fact]
    public async Task Only_what_Discord_signed_recently_is_answered()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(DiscordBotTests.Bot(discord));
        await Wait.UntilAsync(() => !discord.Commands.IsEmpty);

        var pong = await discord.InteractAsync(notifier.Http, new { type = 1 });
        var forged = await discord.InteractAsync(notifier.Http, new { type = 1 }, valid: false);
        var replayed = await discord.InteractAsync(notifier.Http, new { type = 1 }, at: DateTimeOffset.UtcNow.AddMinutes(-6));
        using var bare = await notifier.Http.PostAsync("/api/discord/interactions", Json("{\"type\":1}"));
        using var large = await notifier.Http.PostAsync("/api/discord/interactions", Json(new string(' ', 70_000)));

        Assert.Equal((HttpStatusCode.OK, 1), (pong.Status, (int?)pong.Body?["type"]));
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHORIZED"), (forged.Status, (string?)forged.Body?["code"]));
        Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, bare.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task Only_the_owner_is_answered()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        around.Store.Put("run-1", "running", name: "secret project");
        await using var notifier = await around.StartAsync(DiscordBotTests.Bot(discord));
        await Wait.UntilAsync(() => !discord.Commands.IsEmpty);

        await AnswersAsync("secret project", () => AskAsync(discord, notifier, "runs"));
        await AnswersAsync("run-1", () => AskAsync(discord, notifier, "runs"));
        var other = await AskAsync(discord, notifier, "runs", user: "999999999999999999");

        Assert.DoesNotContain("secret project", other, StringComparison.Ordinal);
        Assert.Contains("owner only", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_decides_which_runs_are_written_about_and_survives_a_restart_without_Redis_data()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        around.Store.Put("run-1", "running");
        around.Store.Put("run-2", "running");
        (string, string?)[] settings = [.. DiscordBotTests.Bot(discord), ("NOTIFIER:RUNS", "watched")];
        await using (var notifier = await around.StartAsync(settings))
        {
            await Wait.UntilAsync(() => !discord.Commands.IsEmpty);

            await AnswersAsync("You get messages", () => AskAsync(discord, notifier, "watch", "run-1"));
            await Wait.UntilAsync(() => discord.Messages.Count == 1);
            Assert.Equal("run-1", (string?)Assert.Single(await notifier.Redis.SetMembersAsync("discord:watching")));
            await AnswersAsync("no such run", () => AskAsync(discord, notifier, "watch", "run-9"));
            await notifier.Redis.KeyDeleteAsync("discord:watching");
        }

        await using var restarted = await around.StartAsync(settings);
        await Wait.UntilAsync(async () => await restarted.Redis.SetContainsAsync("discord:watching", "run-1"));
        await restarted.Redis.SetAddAsync("discord:watching", ["run-2", "no-such-run"]);
        await Wait.UntilAsync(() => discord.Messages.Count == 2);
        await Wait.UntilAsync(async () => !await restarted.Redis.SetContainsAsync("discord:watching", "no-such-run"));

        await AnswersAsync("no more messages", () => AskAsync(discord, restarted, "unwatch", "run-1"));
        Assert.False(await restarted.Redis.SetContainsAsync("discord:watching", "run-1"));
        await restarted.PublishAsync(new Events("run-1").Batch(3, 33), new Events("run-2").Batch(3, 44));
        await DiscordBotTests.UntilAsync(discord, text => text.Contains("batch 44/100", StringComparison.Ordinal));
        Assert.DoesNotContain(discord.Messages.Values, message =>
            FakeDiscord.DescriptionOf(message).Contains("batch 33/100", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_status_shows_the_run_and_a_store_that_is_down_is_said()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        around.Store.Put("run-1", "failed", errorCode: "DATA_NOT_FOUND");
        await using var notifier = await around.StartAsync(DiscordBotTests.Bot(discord));
        await Wait.UntilAsync(() => !discord.Commands.IsEmpty);

        await AnswersAsync("DATA\\\\_NOT\\\\_FOUND", () => AskAsync(discord, notifier, "status", "run-1"));
        around.Store.IsDown = true;
        Assert.Contains("does not answer", await AskAsync(discord, notifier, "status", "run-1"), StringComparison.Ordinal);
        Assert.Contains("not known", await AskAsync(discord, notifier, "dance"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_has_its_four_parts()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(DiscordBotTests.Bot(discord));

        await Wait.UntilAsync(() => !discord.Commands.IsEmpty);

        var command = discord.Commands.First();
        Assert.Equal("trainer", (string?)command["name"]);
        var parts = command["options"]?.AsArray().Select(option => (string?)option?["name"]);
        Assert.Equal(["runs", "status", "watch", "unwatch"], parts ?? []);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    // On a busy machine the API may need longer than the three seconds Discord gives; an owner asks again then.
    private static Task AnswersAsync(string expected, Func<Task<string>> ask) =>
        Wait.UntilAsync(async () => (await ask()).Contains(expected, StringComparison.Ordinal), expected);

    private static async Task<string> AskAsync(
        FakeDiscord discord, NotifierHost notifier, string subcommand, string? runId = null, string user = FakeDiscord.Owner)
    {
        var options = runId is null ? [] : new object[] { new { name = "run_id", type = 3, value = runId } };
        var (status, body) = await discord.InteractAsync(notifier.Http, new
        {
            type = 2,
            user = new { id = user },
            data = new { name = "trainer", options = new[] { new { name = subcommand, type = 1, options } } },
        });
        Assert.Equal((HttpStatusCode.OK, 4, 64), (status, (int?)body?["type"], (int?)body?["data"]?["flags"]));
        return FakeDiscord.TextOf(body?["data"]);
    }
}
