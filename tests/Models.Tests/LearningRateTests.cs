using Trainyard.Models.Optimization;

namespace Trainyard.Models.Tests;

public class LearningRateTests
{
    [Theory]
    [InlineData(LearningRateDecay.Cosine, 60, 0.55)]
    [InlineData(LearningRateDecay.Linear, 60, 0.55)]
    [InlineData(LearningRateDecay.Linear, 35, 0.775)]
    [InlineData(LearningRateDecay.Cosine, 110, 0.1)]
    [InlineData(LearningRateDecay.Linear, 110, 0.1)]
    [InlineData(LearningRateDecay.Constant, 110, 1)]
    [InlineData(LearningRateDecay.Wsd, 5, 0.5)]
    [InlineData(LearningRateDecay.Wsd, 88, 1)]
    [InlineData(LearningRateDecay.Wsd, 99, 0.55)]
    [InlineData(LearningRateDecay.Wsd, 110, 0.1)]
    [InlineData(LearningRateDecay.Cosine, 5, 0.5)]
    [InlineData(LearningRateDecay.Cosine, 10, 1)]
    public void Rises_through_the_warmup_and_decays_to_a_tenth(LearningRateDecay decay, long step, double share) =>
        Assert.Equal(2e-3 * share, new LearningRate(2e-3, WarmupSteps: 10, TotalSteps: 110, decay).At(step), 1e-9);

    [Fact]
    public void Needs_no_warmup() => Assert.Equal(1, new LearningRate(1, 0, 1000, LearningRateDecay.Cosine).At(1), 1e-5);

    [Fact]
    public void A_warmup_longer_than_the_run_only_rises() =>
        Assert.Equal(0.5, new LearningRate(1, 20, 10, LearningRateDecay.Cosine).At(10));
}
