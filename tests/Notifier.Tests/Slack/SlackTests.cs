using Trainyard.Harness;
using Trainyard.Notifier.Tests.Fakes;

namespace Trainyard.Notifier.Tests.Slack;

public sealed class SlackTests(RedisServer redis)
{
    [Fact]
    public async Task An_app_edits_one_message_for_a_run()
    {
        await using var slack = await FakeSlack.StartNewAsync();
        slack.Pauses = 1;
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(App(slack, "#runs"));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running", name: "<!channel> *bold*");

        await notifier.PublishAsync(run.Started(), run.Epoch(1, 2.5));
        await Wait.UntilAsync(() => slack.Messages.Values.Any(text => text.Contains("2.75", StringComparison.Ordinal)));
        around.Store.Put("run-1", "completed", name: "<!channel> *bold*");
        await notifier.PublishAsync(run.Completed());

        await Wait.UntilAsync(() => slack.Messages.Values.Any(text => text.Contains("completed", StringComparison.Ordinal)));
        var text = Assert.Single(slack.Messages).Value;
        Assert.DoesNotContain("<!channel>", text, StringComparison.Ordinal);
        Assert.All(await notifier.DeliveriesAsync(), delivery => Assert.Equal(0, delivery.Failures));
    }

    [Fact]
    public async Task A_message_that_is_gone_is_replaced()
    {
        await using var slack = await FakeSlack.StartNewAsync();
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(App(slack));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running");
        await notifier.PublishAsync(run.Started());
        await Wait.UntilAsync(() => slack.Messages.Count == 1);
        slack.Messages.Clear();

        await notifier.PublishAsync(run.Batch(1, 10));

        await Wait.UntilAsync(() => slack.Messages.Values.Any(text => text.Contains("batch 10/100", StringComparison.Ordinal)));
    }

    [Theory, InlineData("not_in_channel"), InlineData("account_inactive")]
    public async Task A_refusal_is_given_up_with_Slacks_word_for_it(string error)
    {
        await using var slack = await FakeSlack.StartNewAsync();
        slack.Error = error;
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(App(slack));
        around.Store.Put("run-1", "running");

        await notifier.PublishAsync(new Events("run-1").Started());

        await Wait.UntilAsync(async () => await notifier.DeliveriesAsync("run-1") is [{ GivenUp: true, Failures: 1 } given]
            && given.Error?.Contains(error, StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task A_webhook_gets_the_start_the_end_and_alerts_once_each()
    {
        await using var slack = await FakeSlack.StartNewAsync();
        slack.Pauses = 1;
        await using var around = await Surroundings.CreateAsync(redis);
        await using var notifier = await around.StartAsync(("SLACK:WEBHOOK_URL", slack.WebhookUrl));
        var run = new Events("run-1");
        around.Store.Put("run-1", "running");
        await notifier.PublishAsync(run.Started(), run.Epoch(1, 2.5), run.Started());
        await Wait.UntilAsync(() => slack.Posted.Count == 1);
        around.Store.Fire("firing-1", "run-1", "nan", "train_loss");
        around.Store.Put("run-1", "failed", errorCode: "MODEL_TRAIN_FAILED", errorKind: "FATAL");
        await notifier.PublishAsync(run.Failed("no"), run.Upload());

        await Wait.UntilAsync(() => slack.Posted.Count == 3);
        await Wait.UntilAsync(async () => (await notifier.DeliveriesAsync()).All(delivery => delivery.DueAt is null));
        Assert.Equal(3, slack.Posted.Count);
        Assert.Contains(slack.Posted, text => text.Contains("failed: MODEL_TRAIN_FAILED", StringComparison.Ordinal));
        Assert.Contains(slack.Posted, text => text.Contains("train_loss is NaN at step 7", StringComparison.Ordinal));
    }

    private static (string, string?)[] App(FakeSlack slack, string channel = FakeSlack.Channel) =>
        [("SLACK:TOKEN", FakeSlack.Token), ("SLACK:CHANNEL", channel), ("SLACK:API_URL", slack.Api)];
}
