using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Tests.Storage;

public class DueTimesTests
{
    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(5, false)]
    [InlineData(10, false)]
    // Of a replica whose clock is a little ahead.
    [InlineData(10.5, false)]
    [InlineData(12, true)]
    [InlineData(600, true)]
    public void A_time_is_due_when_it_has_come_or_is_further_away_than_its_delay(double seconds, bool due) =>
        Assert.Equal(due, DueTimes.IsDue(Event.Noon.AddSeconds(seconds), TimeSpan.FromSeconds(10), Event.Noon));

    [Fact]
    public void What_has_no_time_is_due() => Assert.True(DueTimes.IsDue(null, TimeSpan.FromSeconds(10), Event.Noon));
}
