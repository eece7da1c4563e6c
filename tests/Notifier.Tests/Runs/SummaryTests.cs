using Trainyard.Harness;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Tests.Discord;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Runs;

public sealed class SummaryTests(RedisServer redis)
{
    [Fact]
    public async Task One_summary_lists_the_running_runs_and_says_when_none_is_left()
    {
        await using var discord = await FakeDiscord.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync([.. DiscordBotTests.Bot(discord), ("NOTIFIER:SUMMARY_SECONDS", "1")]);
        around.Store.Put("run-1", "running");
        around.Store.Put("run-2", "running");
        await notifier.PublishAsync(new Events("run-1").Batch(1, 50), new Events("run-2").Batch(4, 100));

        await LookUntilAsync(text => text.Contains("2 runs are training\nrun-1: training, 12.5 %\nrun-2: training, 100 %",
            StringComparison.Ordinal));
        around.Store.Put("run-1", "completed");
        around.Store.Put("run-2", "completed");

        await LookUntilAsync(text => text.Contains("No run is training", StringComparison.Ordinal));
        Assert.Single(discord.Messages.Values, message => FakeDiscord.ContentOf(message) == "No run is training");
        Assert.Equal(3, discord.Messages.Count);

        Task LookUntilAsync(Func<string, bool> satisfied) => Wait.UntilAsync(
            async () =>
            {
                await notifier.Get<Summaries>().LookAsync(TestContext.Current.CancellationToken);
                return DiscordBotTests.TextOf(discord);
            },
            satisfied);
    }
}
