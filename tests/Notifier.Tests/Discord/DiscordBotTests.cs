using Trainyard.Harness;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Discord;

/// <summary>The bot against a Discord that enforces its rules.</summary>
public sealed class DiscordBotTests(RedisServer redis, PostgresServer postgres)
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task One_message_follows_a_run_to_its_end(bool onPostgres)
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis, onPostgres ? postgres : null);
        await using var notifier = await around.StartAsync(Bot(discord));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running", name: "first try");

        await notifier.PublishAsync(run.Started(), run.Batch(1, 50));
        await UntilAsync(discord, text => text.Contains("epoch 1/4 · batch 50/100", StringComparison.Ordinal));
        await notifier.PublishAsync(run.Epoch(1, 2.5), run.Epoch(2, 2.1), run.Best(2, 2.35), run.Prune(2));
        await UntilAsync(discord, text => text.Contains("★     2", StringComparison.Ordinal));
        around.Store.Put("run-1", "completed", name: "first try");
        await notifier.PublishAsync(run.Completed(), run.Upload());

        var text = await UntilAsync(discord, text =>
            text.Contains("uploaded: model 12.3 MB, manifest 2 kB", StringComparison.Ordinal)
            && text.Contains("100 %", StringComparison.Ordinal));
        Assert.Contains("deleted 2 old checkpoints", text, StringComparison.Ordinal);
        Assert.Contains("★ best in epoch 2: val loss 2.35", text, StringComparison.Ordinal);
        var message = Assert.Single(discord.Messages).Value;
        Assert.Equal("✓ first try: completed", FakeDiscord.ContentOf(message));
        Assert.Empty(message["allowed_mentions"]?["parse"]?.AsArray() ?? [null]);
    }

    [Fact]
    public async Task A_failure_shows_its_code_and_nothing_private_ever_leaves()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(Bot(discord));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running", name: "of /home/me/corpus.txt with ty-0123456789abcdef0123");
        await notifier.PublishAsync(run.Started(), run.Artifact("/home/me/models/model.safetensors"), run.Epoch(1, 2.5));
        around.Store.Put("run-1", "failed", "of /home/me/corpus.txt", errorCode: "DATA_NOT_FOUND", errorKind: "USER_INPUT");
        around.Store.Fire("firing-1", "run-1", "failed");
        around.Store.Fire("firing-2", "run-1", "above", "eval/home/me/corpus.txt/loss", 9.5);

        await notifier.PublishAsync(run.Failed("can't read /home/me/corpus.txt: Once upon a time"));

        await UntilAsync(discord, text => text.Contains("failed: DATA\\_NOT\\_FOUND", StringComparison.Ordinal));
        await Wait.UntilAsync(() => discord.Messages.Count == 3);
        var everything = string.Join('\n', discord.Everything);
        Assert.Contains("The config or the data is at fault", everything, StringComparison.Ordinal);
        Assert.Contains("eval loss is too high: 9.5 at step 7", everything, StringComparison.Ordinal);
        foreach (var secret in new[]
        {
            "/home", "corpus.txt", "Once upon", "safetensors", "ty-0123", FakeDiscord.Token, redis.ConnectionString, around.Store.Address,
        })
        {
            Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_restart_in_mid_run_goes_on_editing_the_same_message()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        var run = new Events("run-1");
        around.Store.Put("run-1", "running");
        await using (var before = await around.StartAsync(Bot(discord)))
        {
            await before.PublishAsync(run.Started(), run.Epoch(1, 2.5));
            await UntilAsync(discord, text => text.Contains("2.75", StringComparison.Ordinal));
        }

        await using var after = await around.StartAsync(Bot(discord));
        await after.PublishAsync(run.Epoch(2, 2));

        var text = await UntilAsync(discord, text => text.Contains("2.25", StringComparison.Ordinal));
        Assert.Contains("2.75", text, StringComparison.Ordinal);
        Assert.Single(discord.Messages);
    }

    [Fact]
    public async Task An_end_that_came_while_the_notifier_was_down_is_shown_after_its_start()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        around.Store.Put("run-1", "running");
        await using (var before = await around.StartAsync(Bot(discord)))
        {
            await before.PublishAsync(new Events("run-1").Started());
            await UntilAsync(discord, text => text.Contains("training", StringComparison.Ordinal));
        }
        around.Store.Put("run-1", "failed", errorCode: "MODEL_TRAIN_FAILED");
        around.Store.Put("run-2", "completed");

        await using var after = await around.StartAsync(Bot(discord));

        await Wait.UntilAsync(() => discord.Messages.Values.Select(FakeDiscord.ContentOf).Order(StringComparer.Ordinal)
            .SequenceEqual(["✓ run-2: completed", "✗ run-1: failed: MODEL\\_TRAIN\\_FAILED"], StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rate_limits_are_kept_and_pauses_waited_out()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        (discord.PerWindow, discord.Window, discord.GlobalPauses) = (1, TimeSpan.FromSeconds(1.2), 1);
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(Bot(discord));
        foreach (var id in (string[])["run-1", "run-2", "run-3"])
        {
            around.Store.Put(id, "running");
            await notifier.PublishAsync(new Events(id).Started(), new Events(id).Batch(1, 10));
        }
        await Wait.UntilAsync(() => discord.Messages.Count == 3);
        foreach (var id in (string[])["run-1", "run-2", "run-3"])
        {
            await notifier.PublishAsync(new Events(id).Batch(1, 90));
        }

        await Wait.UntilAsync(() => discord.Messages.Values.All(
            message => FakeDiscord.DescriptionOf(message).Contains("batch 90/100", StringComparison.Ordinal)));
        Assert.Equal(0, discord.Violations);
        Assert.All(await notifier.DeliveriesAsync(), delivery => Assert.Equal((0, false), (delivery.Failures, delivery.GivenUp)));
    }

    [Fact]
    public async Task A_deleted_message_is_replaced_by_a_new_one()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(Bot(discord));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running");
        await notifier.PublishAsync(run.Started());
        await Wait.UntilAsync(() => discord.Messages.Count == 1);
        var first = discord.Messages.Keys.Single();
        discord.Delete(first);

        await notifier.PublishAsync(run.Batch(2, 10));

        await UntilAsync(discord, text => text.Contains("batch 10/100", StringComparison.Ordinal));
        Assert.NotEqual(first, Assert.Single(discord.Messages).Key);
    }

    [Fact]
    public async Task Closed_direct_messages_are_given_up_and_the_reason_is_shown()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        discord.ClosedMessages = true;
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(Bot(discord));
        around.Store.Put("run-1", "running");

        await notifier.PublishAsync(new Events("run-1").Started());

        var state = await Wait.UntilAsync(
            () => notifier.GetJsonAsync("/api/notifications"), state => (int?)state["channels"]?[0]?["given_up"] == 1);
        Assert.Contains("50007", (string?)state["channels"]?[0]?["last_error"], StringComparison.Ordinal);
        Assert.DoesNotContain(FakeDiscord.Token, state.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(FakeDiscord.Owner, state.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edits_keep_their_distance()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(Bot(discord));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running");
        await notifier.PublishAsync(run.Started());
        var batch = 0;

        await Wait.UntilAsync(async () =>
        {
            await notifier.PublishAsync(run.Batch(1, ++batch));
            return discord.Edits.Count >= 3;
        });

        var times = discord.Edits.ToArray();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First > TimeSpan.FromSeconds(0.9)));
    }

    internal static (string, string?)[] Bot(FakeDiscord discord) =>
        [("DISCORD_TOKEN", FakeDiscord.Token), ("DISCORD_OWNER_ID", FakeDiscord.Owner), ("DISCORD:API_URL", discord.Api)];

    internal static Task<string> UntilAsync(FakeDiscord discord, Func<string, bool> satisfied) =>
        Wait.UntilAsync(() => Task.FromResult(TextOf(discord)), satisfied);

    internal static string TextOf(FakeDiscord discord) => string.Join(
        '\n', discord.Messages.Values.Select(message => $"{FakeDiscord.ContentOf(message)}\n{FakeDiscord.DescriptionOf(message)}"));
}
