using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Tests.Live;

public class OutboxTests
{
    private const int MaxBytes = 1 << 20;

    [Fact]
    public void Updates_are_not_merged_while_the_queue_is_short()
    {
        var buffer = new SubscriberBuffer(100, MaxBytes);
        for (var step = 0; step < 1000; step++)
        {
            Assert.True(Add(buffer, Update("r", step, "m", step)));
            Assert.Equal(step, ((MetricUpdate)Assert.Single(buffer.Take()).Message).Step);
        }
        Assert.Empty(buffer.Take());
    }

    [Fact]
    public void Queued_updates_are_merged_to_the_newest_value_of_each_series()
    {
        var buffer = new SubscriberBuffer(100, MaxBytes);
        for (var step = 0; step < 100_000; step++)
        {
            Assert.True(Add(buffer, Update($"r{step % 3}", step, $"m{step % 2}", step)));
        }

        var taken = Taken(buffer).Cast<MetricUpdate>().ToList();

        Assert.InRange(taken.Count, 6, 40);
        foreach (var run in (string[])["r0", "r1", "r2"])
        {
            var newest = taken.Where(update => update.RunId == run).TakeLast(2).ToList();
            Assert.Equal(["m0", "m1"], newest.SelectMany(update => update.Metrics.Keys).Order());
            Assert.All(newest.SelectMany(update => update.Metrics.Values), value => Assert.True(value >= 99_990));
        }
    }

    [Fact]
    public void A_merged_value_keeps_the_step_it_was_logged_at()
    {
        var buffer = new SubscriberBuffer(100, MaxBytes);
        Fill(buffer, 32);
        Add(buffer, Update("r", 5, "val_loss", 0.5));
        Add(buffer, Update("r", 6, "loss", 0.7));
        Add(buffer, Update("r", 7, "loss", 0.6));

        Assert.Equal(
            [(5, "val_loss", 0.5), (7, "loss", 0.6)],
            Taken(buffer).OfType<MetricUpdate>()
                .Select(update => (update.Step, update.Metrics.Keys.Single(), update.Metrics.Values.Single())));
    }

    [Fact]
    public void Values_logged_after_a_status_change_are_sent_after_it()
    {
        var buffer = new SubscriberBuffer(100, MaxBytes);
        Fill(buffer, 32);
        Add(buffer, Update("r", 5, "loss", 0.5));
        buffer.TryAdd(new(new StatusChange("r", RunStatus.Running, RunStatus.Completed, Message: null)));
        Add(buffer, Update("r", 6, "loss", 0.4));
        Add(buffer, Update("r", 7, "loss", 0.3));

        Assert.Equal(
            ["5", "completed", "7"],
            Taken(buffer).Where(message => message is StatusChange || message is MetricUpdate { RunId: "r" })
                .Select(message => message is MetricUpdate update ? $"{update.Step}" : "completed"));
    }

    [Fact]
    public void Only_one_resync_is_queued()
    {
        var buffer = new SubscriberBuffer(100, MaxBytes);
        for (var times = 0; times < 1000; times++)
        {
            Assert.True(buffer.TryAdd(new(Resync.UpdatesLost)));
        }

        Assert.Single(Taken(buffer));
        Assert.True(buffer.TryAdd(new(Resync.UpdatesLost)));
        Assert.Single(Taken(buffer));
    }

    [Fact]
    public void Other_messages_keep_their_order_and_fill_the_buffer()
    {
        var buffer = new SubscriberBuffer(100, MaxBytes);
        Fill(buffer, 100);

        Assert.False(Add(buffer, new LiveError("100")));
        Assert.Equal(Enumerable.Range(0, 100).Select(index => $"{index}"), Taken(buffer).Cast<LiveError>().Select(error => error.Message));
    }

    [Fact]
    public void The_buffer_is_limited_in_bytes_too()
    {
        var buffer = new SubscriberBuffer(1000, MaxBytes);
        var text = new string('x', 100_000);
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => Add(buffer, new LiveError(text))));

        var merging = new SubscriberBuffer(1000, MaxBytes);
        Fill(merging, 32);
        Assert.InRange(
            Enumerable.Range(0, 100_000).TakeWhile(index => Add(merging, Update("r", index, $"metric-{index}", 1))).Count(), 1000, 50_000);
    }

    [Fact]
    public void Taken_messages_free_space()
    {
        var buffer = new SubscriberBuffer(100, MaxBytes);
        for (var round = 0; round < 100; round++)
        {
            Fill(buffer, 40);
            Add(buffer, Update("r", round, new string('m', 200), 1));
            Assert.True(Add(buffer, new LiveError(new string('x', 900_000))));
            Assert.Equal(42, Taken(buffer).Count);
        }
    }

    private static void Fill(SubscriberBuffer buffer, int count)
    {
        for (var index = 0; index < count; index++)
        {
            Assert.True(Add(buffer, new LiveError($"{index}")));
        }
    }

    private static bool Add(SubscriberBuffer buffer, LiveMessage message) => buffer.TryAdd(new Announcement(message));

    private static MetricUpdate Update(string run, long step, string name, double value) =>
        new(run, step, new Dictionary<string, double> { [name] = value });

    private static List<LiveMessage> Taken(SubscriberBuffer buffer)
    {
        var taken = new List<LiveMessage>();
        while (buffer.Take() is { Count: > 0 } messages)
        {
            taken.AddRange(messages.Select(announcement => announcement.Message));
        }
        return taken;
    }
}
