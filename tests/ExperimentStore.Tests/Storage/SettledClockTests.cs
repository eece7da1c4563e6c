using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Tests.Storage;

public class SettledClockTests
{
    private readonly SettableClock clock = new(Event.Noon);
    private readonly SettledClock settled;

    public SettledClockTests() => settled = new(clock);

    [Fact]
    public void A_jump_ahead_counts_after_it_has_lasted()
    {
        clock.Ahead = TimeSpan.FromDays(1);
        Assert.Equal(Event.Noon, settled.Now);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Event.Noon.AddMinutes(10), settled.Now);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(clock.GetUtcNow(), settled.Now);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(clock.GetUtcNow(), settled.Now);
    }

    [Fact]
    public void A_jump_that_ends_early_leaves_no_trace()
    {
        clock.Ahead = TimeSpan.FromDays(1);
        Assert.Equal(Event.Noon, settled.Now);
        clock.Advance(TimeSpan.FromMinutes(14));
        clock.Ahead = TimeSpan.Zero;
        Assert.Equal(Event.Noon.AddMinutes(14), settled.Now);
        clock.Ahead = TimeSpan.FromDays(1);
        Assert.Equal(Event.Noon.AddMinutes(14), settled.Now);
        clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(Event.Noon.AddMinutes(28), settled.Now);
    }

    [Fact]
    public void A_jump_back_counts_at_once()
    {
        clock.Ahead = TimeSpan.FromMinutes(-10);
        Assert.Equal(Event.Noon.AddMinutes(-10), settled.Now);
    }
}
