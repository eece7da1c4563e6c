using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.Tests;

public class WireJsonTests
{
    [Theory]
    [InlineData("\"2025-10-05T12:34:56.789Z\"", "2025-10-05T12:34:56.789Z")]
    [InlineData("\"2025-10-05T12:34:56\"", "2025-10-05T12:34:56Z")]
    [InlineData("\"2025-10-05T14:34:56+02:00\"", "2025-10-05T12:34:56Z")]
    [InlineData("\"2025-10-05T12:34:56.123456\"", "2025-10-05T12:34:56.123456Z")]
    [InlineData("\"2025-10-05T12:34:56.1234567Z\"", "2025-10-05T12:34:56.1234567Z")]
    [InlineData("\"2025-03-30T02:30:00+00:00\"", "2025-03-30T02:30:00Z")]
    [InlineData("\"2025-10-05\"", "2025-10-05T00:00:00Z")]
    public void Times_are_read_in_any_offset_and_written_in_utc(string json, string written)
    {
        var time = JsonSerializer.Deserialize<DateTimeOffset>(json, WireJson.Options);

        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal($"\"{written}\"", JsonSerializer.Serialize(time, WireJson.Options));
    }

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("1759667696")]
    [InlineData("\"05.10.2025\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void What_is_no_time_is_refused(string json)
    {
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(json, WireJson.Options));
    }

    [Theory]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    [InlineData(0.1, "0.1")]
    public void Numbers_that_json_lacks_are_strings(double number, string json)
    {
        Assert.Equal(json, JsonSerializer.Serialize(number, WireJson.Options));
        Assert.Equal(number, JsonSerializer.Deserialize<double>(json, WireJson.Options));
    }

    [Theory]
    [InlineData("""{"tags":{"Team":"nlp","empty":""}}""", "Team=nlp empty=")]
    [InlineData("""{"tags":["nlp","gpu"]}""", "nlp= gpu=")]
    [InlineData("""{"tags":{}}""", "")]
    public void Tags_are_an_object_or_a_list_and_keep_their_case(string json, string tags)
    {
        var config = JsonSerializer.Deserialize<TrainingConfig>(json, WireJson.Options);

        Assert.Equal(tags, string.Join(' ', config?.Tags?.Select(tag => $"{tag.Key}={tag.Value}") ?? []));
    }

    [Theory]
    [InlineData("""{"tags":{"a":1}}""")]
    [InlineData("""{"tags":{"a":{}}}""")]
    [InlineData("""{"tags":[["a"]]}""")]
    [InlineData("""{"tags":"a"}""")]
    [InlineData("""{"tags":{"a":null}}""")]
    [InlineData("""{"colour":1}""")]
    [InlineData("""{"Layers":1}""")]
    [InlineData("""{"layers":1,"layers":2}""")]
    [InlineData("""{"layers":"1"}""")]
    [InlineData("""{"model_family":null}""")]
    [InlineData("""{"layers":1,}""")]
    public void What_the_wire_does_not_allow_is_refused(string json)
    {
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<TrainingConfig>(json, WireJson.Options));
    }

    [Fact]
    public void A_config_with_nothing_set_is_read_back_as_itself()
    {
        var json = JsonSerializer.Serialize(new TrainingConfig(), WireJson.Options);

        Assert.Equal(new TrainingConfig(), JsonSerializer.Deserialize<TrainingConfig>(json, WireJson.Options));
        Assert.Contains("\"max_seq_len\":null", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunStatus.Queued, "\"queued\"")]
    [InlineData(RunStatus.Interrupted, "\"interrupted\"")]
    public void A_status_is_lower_case(RunStatus status, string json)
    {
        Assert.Equal(json, JsonSerializer.Serialize(status, WireJson.Options));
        Assert.Equal(status, JsonSerializer.Deserialize<RunStatus>(json, WireJson.Options));
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<RunStatus>("1", WireJson.Options));
    }

    [Fact]
    public void Every_error_code_is_upper_snake_case()
    {
        Assert.Equal(
            [
                "CONFIG_INVALID", "DATA_NOT_FOUND", "PATH_FORBIDDEN", "RUN_NOT_FOUND", "TOKENIZER_NOT_FOUND", "CHECKPOINT_INVALID",
                "EVENT_INVALID", "ILLEGAL_TRANSITION", "IDEMPOTENCY_KEY_REUSED", "OUTCOME_UNKNOWN", "TOKENIZER_TRAIN_FAILED",
                "MODEL_TRAIN_FAILED", "BACKEND_UNAVAILABLE", "UNAUTHORIZED", "RATE_LIMITED", "PAYLOAD_TOO_LARGE", "UNAVAILABLE",
                "INTERNAL",
            ],
            Enum.GetValues<ErrorCode>().Select(code => JsonSerializer.Serialize(code, WireJson.Options).Trim('"')));
    }

    [Fact]
    public void An_event_names_its_kind_first_and_is_read_back_as_that_kind()
    {
        RunEvent metrics = new MetricsLogged
        {
            EventId = Guid.Parse("0199b6a5-3f1e-7c3a-9d57-0f8f4f1c2a11"),
            RunId = "r",
            Time = DateTimeOffset.UnixEpoch,
            Step = 3,
            Measurements = new Dictionary<string, double> { ["Val/Loss"] = double.NaN },
        };

        var json = JsonSerializer.Serialize(metrics, WireJson.Options);

        Assert.StartsWith("{\"event\":\"ml.run.metric\",", json, StringComparison.Ordinal);
        Assert.True(double.IsNaN(
            Assert.IsType<MetricsLogged>(JsonSerializer.Deserialize<RunEvent>(json, WireJson.Options)).Measurements["Val/Loss"]));
    }
}
