using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Tests.Live;

public class OutboxTests
{
    private const int MaxBytes = 1 << 20;

    [Fact]
    public void Updates_pass_one_by_one_while_they_are_taken()
    {
        var outbox = new SubscriberBuffer(100, MaxBytes);
        for (var step = 0; step < 1000; step++)
        {
            Assert.True(Add(outbox, Update("r", step, "m", step)));
            Assert.Equal(step, ((MetricUpdate)Assert.Single(outbox.Take()).Message).Step);
        }
        Assert.Empty(outbox.Take());
    }

    [Fact]
    public void Updates_that_pile_up_are_merged_to_the_newest_of_each_series()
    {
        var outbox = new SubscriberBuffer(100, MaxBytes);
        for (var step = 0; step < 100_000; step++)
        {
            Assert.True(Add(outbox, Update($"r{step % 3}", step, $"m{step % 2}", step)));
        }

        var taken = Taken(outbox).Cast<MetricUpdate>().ToList();

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
        var outbox = new SubscriberBuffer(100, MaxBytes);
        Fill(outbox, 32);
        Add(outbox, Update("r", 5, "val_loss", 0.5));
        Add(outbox, Update("r", 6, "loss", 0.7));
        Add(outbox, Update("r", 7, "loss", 0.6));

        Assert.Equal(
            [(5, "val_loss", 0.5), (7, "loss", 0.6)],
            Taken(outbox).OfType<MetricUpdate>().Select(update => (update.Step, update.Metrics.Keys.Single(), update.Metrics.Values.Single())));
    }

    [Fact]
    public void What_is_logged_behind_a_change_of_status_is_not_told_before_it()
    {
        var outbox = new SubscriberBuffer(100, MaxBytes);
        Fill(outbox, 32);
        Add(outbox, Update("r", 5, "loss", 0.5));
        outbox.TryAdd(new(new StatusChange("r", RunStatus.Running, RunStatus.Completed, Message: null)));
        Add(outbox, Update("r", 6, "loss", 0.4));
        Add(outbox, Update("r", 7, "loss", 0.3));

        Assert.Equal(
            ["5", "completed", "7"],
            Taken(outbox).Where(message => message is StatusChange || message is MetricUpdate { RunId: "r" })
                .Select(message => message is MetricUpdate update ? $"{update.Step}" : "completed"));
    }

    [Fact]
    public void That_updates_were_lost_waits_once()
    {
        var outbox = new SubscriberBuffer(100, MaxBytes);
        for (var times = 0; times < 1000; times++)
        {
            Assert.True(outbox.TryAdd(new(Resync.UpdatesLost)));
        }

        Assert.Single(Taken(outbox));
        Assert.True(outbox.TryAdd(new(Resync.UpdatesLost)));
        Assert.Single(Taken(outbox));
    }

    [Fact]
    public void What_can_not_be_merged_keeps_its_order_and_fills_the_box()
    {
        var outbox = new SubscriberBuffer(100, MaxBytes);
        Fill(outbox, 100);

        Assert.False(Add(outbox, new LiveError("100")));
        Assert.Equal(Enumerable.Range(0, 100).Select(index => $"{index}"), Taken(outbox).Cast<LiveError>().Select(error => error.Message));
    }

    [Fact]
    public void A_box_is_full_by_its_bytes_too()
    {
        var outbox = new SubscriberBuffer(1000, MaxBytes);
        var text = new string('x', 100_000);
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => Add(outbox, new LiveError(text))));

        var merging = new SubscriberBuffer(1000, MaxBytes);
        Fill(merging, 32);
        Assert.InRange(Enumerable.Range(0, 100_000).TakeWhile(index => Add(merging, Update("r", index, $"metric-{index}", 1))).Count(), 1000, 50_000);
    }

    [Fact]
    public void What_has_been_taken_leaves_room()
    {
        var outbox = new SubscriberBuffer(100, MaxBytes);
        for (var round = 0; round < 100; round++)
        {
            Fill(outbox, 40);
            Add(outbox, Update("r", round, new string('m', 200), 1));
            Assert.True(Add(outbox, new LiveError(new string('x', 900_000))));
            Assert.Equal(42, Taken(outbox).Count);
        }
    }

    private static void Fill(SubscriberBuffer outbox, int count)
    {
        for (var index = 0; index < count; index++)
        {
            Assert.True(Add(outbox, new LiveError($"{index}")));
        }
    }

    private static bool Add(SubscriberBuffer outbox, LiveMessage message) => outbox.TryAdd(new Announcement(message));

    private static MetricUpdate Update(string run, long step, string name, double value) => new(run, step, new Dictionary<string, double> { [name] = value });

    private static List<LiveMessage> Taken(SubscriberBuffer outbox)
    {
        var taken = new List<LiveMessage>();
        while (outbox.Take() is { Count: > 0 } messages)
        {
            taken.AddRange(messages.Select(one => one.Message));
        }
        return taken;
    }
}
