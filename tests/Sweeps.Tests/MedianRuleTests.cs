namespace Trainyard.Sweeps.Tests;

public class MedianRuleTests
{
    [Fact]
    public void A_trial_worse_than_the_median_at_its_step_is_given_up()
    {
        var rule = new MedianRule(MinTrials: 3);

        Assert.True(rule.Prunes(2.1, [1, 2, 3]));
        Assert.False(rule.Prunes(2, [1, 2, 3]));
        Assert.False(rule.Prunes(2.4, [1, 2, 3, 4]));
        Assert.True(rule.Prunes(double.NaN, [1, 2, 3]));
    }

    [Fact]
    public void Nothing_is_given_up_before_enough_trials_have_got_there()
    {
        var rule = new MedianRule(MinTrials: 3);

        Assert.False(rule.Prunes(100, [1, 2]));
        Assert.False(rule.Prunes(100, [1, 2, double.NaN]));
        Assert.False(new MedianRule(MinTrials: 0).Prunes(100, []));
    }

    [Theory]
    [InlineData(9, null)]
    [InlineData(10, 10L)]
    [InlineData(14, 10L)]
    [InlineData(15, 15L)]
    [InlineData(99, 95L)]
    public void It_looks_at_every_interval_after_the_warmup(long reached, long? step) =>
        Assert.Equal(step, new MedianRule(WarmupSteps: 10, Interval: 5).LookAt(reached));
}
