using Trainyard.ExperimentStore.Live;

namespace Trainyard.ExperimentStore.Tests.Live;

public class OutboxTests
{
    [Fact]
    public void Updates_pass_one_by_one_while_they_are_taken()
    {
        var outbox = new Outbox(100);
        for (var step = 0; step < 1000; step++)
        {
            Assert.True(outbox.TryAdd(Update("r", step)));
            Assert.True(outbox.TryTake(out var message));
            Assert.Equal(step, ((MetricUpdate)message).Step);
        }
        Assert.False(outbox.TryTake(out _));
    }

    [Fact]
    public void Updates_that_pile_up_are_merged_to_the_newest_of_each_series()
    {
        var outbox = new Outbox(100);
        for (var step = 0; step < 100_000; step++)
        {
            Assert.True(outbox.TryAdd(new MetricUpdate($"r{step % 3}", step, new Dictionary<string, double> { [$"m{step % 2}"] = step })));
        }

        var taken = Taken(outbox).Cast<MetricUpdate>().ToList();

        Assert.InRange(taken.Count, 3, 40);
        foreach (var run in (string[])["r0", "r1", "r2"])
        {
            var last = taken.Last(update => update.RunId == run);
            Assert.Equal(2, last.Metrics.Count);
            Assert.All(last.Metrics.Values, value => Assert.True(value >= 99_990));
            Assert.Equal(last.Metrics.Values.Max(), last.Step);
        }
    }

    [Fact]
    public void What_can_not_be_merged_keeps_its_order_and_fills_the_box()
    {
        var outbox = new Outbox(100);
        for (var index = 0; index < 100; index++)
        {
            Assert.True(outbox.TryAdd(new LiveError($"{index}")));
        }

        Assert.False(outbox.TryAdd(new LiveError("100")));
        Assert.Equal(Enumerable.Range(0, 100).Select(index => $"{index}"), Taken(outbox).Cast<LiveError>().Select(error => error.Message));
    }

    private static MetricUpdate Update(string run, long step) => new(run, step, new Dictionary<string, double> { ["m"] = step });

    private static List<LiveMessage> Taken(Outbox outbox)
    {
        var taken = new List<LiveMessage>();
        while (outbox.TryTake(out var message))
        {
            taken.Add(message);
        }
        return taken;
    }
}
