using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.Tests;

public class WholeNumberTests
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData("5.0", 5)]
    [InlineData("-5.0", -5)]
    [InlineData("4.096e3", 4096)]
    [InlineData("9007199254740992.0", 9007199254740992)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_number_without_a_fraction_is_whole_however_it_is_written(string json, long number)
    {
        Assert.True(WholeNumber.TryRead(JsonElement.Parse(json), out var read));
        Assert.Equal(number, read);
        Assert.Equal(number, JsonSerializer.Deserialize<long>(json, WireJson.Options));
    }

    [Theory]
    [InlineData("5.5")]
    [InlineData("1e300")]
    [InlineData("9007199254740993.0")]
    [InlineData("9007199254740992.5")]
    [InlineData("9007199254740994.0")]
    [InlineData("1e-40")]
    [InlineData("\"5\"")]
    [InlineData("null")]
    [InlineData("true")]
    public void Any_other_value_is_refused(string json)
    {
        Assert.False(WholeNumber.TryRead(JsonElement.Parse(json), out _));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<long>(json, WireJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<int>(json, WireJson.Options));
    }

    [Fact]
    public void A_config_and_lists_take_them_too()
    {
        var config = JsonSerializer.Deserialize<TrainingConfig>("""{"max_steps":5.0,"layers":2.0,"user_id":42,"experiment_id":7}""",
            WireJson.Options);

        Assert.Equal((5L, 2, (UserId?)42, "7"), (config?.MaxSteps, config?.Layers, config?.UserId, config?.ExperimentId));
        Assert.Equal([1, 2], JsonSerializer.Deserialize<List<int>>("[1.0, 2.0]", WireJson.Options) ?? []);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<int>("2147483648.0", WireJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TrainingConfig>("""{"user_id":1.5}""", WireJson.Options));
    }

    [Fact]
    public void The_rule_names_its_bounds()
    {
        Assert.Equal("must be a whole number from 0 to 9007199254740992 (2^53)", WholeNumber.StepRule);
        Assert.Equal("must be a whole number from 1 to 7", WholeNumber.Rule(1, 7));
    }
}
