using System.ComponentModel.DataAnnotations;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.Tests;

public class RequestLimitsTests
{
    [Theory]
    [InlineData(0.5, null)]
    [InlineData(0.0, "must be above 0 and at most 1, not 0")]
    [InlineData(1.5, "must be above 0 and at most 1, not 1.5")]
    [InlineData(double.NaN, "must be above 0 and at most 1, not NaN")]
    public void A_number_outside_its_range_is_named_with_what_is_allowed(double rate, string? message) =>
        Assert.Equal(message, Messages(new Sample { LearningRate = rate }, "learning_rate").SingleOrDefault());

    [Fact]
    public void Words_lengths_and_open_ranges_say_what_is_allowed()
    {
        var sample = new Sample { Size = "huge", Name = new string('x', 9), Count = 0, Items = ["a", "b", "c"] };

        Assert.Equal(["must be one of nano, tiny, not 'huge'"], Messages(sample, "size"));
        Assert.Equal(["must have 1 to 8 characters"], Messages(sample, "name"));
        Assert.Equal(["must be at least 1, not 0"], Messages(sample, "count"));
        Assert.Equal(["must have at most 2 items, not 3"], Messages(sample, "items"));
        Assert.Empty(RequestLimits.Check(new Sample()));
    }

    [Fact]
    public void The_words_of_a_preset_are_the_allowed_ones()
    {
        var config = new TrainingConfig { ModelSize = "huge", ModelFamily = "rnn" };

        Assert.Equal(
            [
                new Problem("model_family", $"must be one of {string.Join(", ", ModelFamilyTraits.ByName.Keys)}, not 'rnn'"),
                new Problem("model_size", "must be one of nano, tiny, small, gpt2-124m, not 'huge'"),
            ],
            RequestLimits.Check(config));
    }

    private static IEnumerable<string> Messages(Sample sample, string field) =>
        RequestLimits.Check(sample).Where(problem => problem.Field == field).Select(problem => problem.Message);

    private sealed record Sample
    {
        [Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double LearningRate { get; init; } = 0.5;

        [AllowedValues("nano", "tiny")]
        public string? Size { get; init; } = "tiny";

        [StringLength(8, MinimumLength = 1)]
        public string? Name { get; init; }

        [Range(1, int.MaxValue)]
        public int Count { get; init; } = 1;

        [MaxLength(2)]
        public IReadOnlyList<string>? Items { get; init; }
    }
}
