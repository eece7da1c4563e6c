using System.Text;
using System.Text.Json;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;
using Trainyard.Contracts.Json;

namespace Trainyard.Contracts.Tests.TrainEvents;

public class TrainEventTests
{
    private static readonly string[] Common = ["type", "request_id", "user_id", "model_id", "run_id", "ts", "attempt", "event_id"];

    public static TheoryData<string, string[]> MembersByName => new()
    {
        { "started", ["total_epochs"] },
        { "progress", ["step", "total_steps", "epoch", "total_epochs", "eta_seconds"] },
        {
            "batch",
            ["epoch", "total_epochs", "batch", "total_batches", "batch_loss", "batch_acc", "avg_loss", "samples_per_sec"]
        },
        { "epoch", ["epoch", "total_epochs", "train_loss", "val_acc", "val_loss", "val_ppl", "time_s"] },
        { "best", ["epoch", "val_acc", "val_loss", "val_ppl"] },
        { "artifact", ["path"] },
        { "upload", ["status", "model_bytes", "manifest_bytes"] },
        { "prune", ["deleted_count"] },
        { "completed", ["val_acc", "val_loss", "val_ppl"] },
        { "failed", ["error_kind", "message"] },
        { "stopped", ["reason"] },
    };

    [Theory]
    [MemberData(nameof(MembersByName))]
    public void An_event_has_the_members_of_every_event_and_its_own(string name, string[] members)
    {
        foreach (var group in TrainEventTypes.Groups)
        {
            var json = JsonElement.Parse(TrainEventJson.Write(SampleEvents.All[name] with { Group = group }));

            Assert.Equal($"{group}.train.{name}.v1", json.GetProperty("type").GetString());
            Assert.Equal([.. Common, .. members], json.EnumerateObject().Select(member => member.Name));
        }
    }

    [Fact]
    public void The_types_are_those_of_the_two_channels() => Assert.Equal(
        from owner in (string[])["trainer", "digits"]
        from name in MembersByName.Select(row => row.Data.Item1)
        select $"{owner}.train.{name}.v1",
        TrainEventTypes.All);

    [Fact]
    public void An_event_is_read_back_as_it_was()
    {
        foreach (var happened in from owner in TrainEventTypes.Groups
                                 from sample in SampleEvents.All.Values
                                 select sample with { Group = owner })
        {
            var json = TrainEventJson.Write(happened);
            var strict = JsonSerializer.Deserialize<TrainEvent>(json, TrainEventJson.OptionsOf(happened.Group));

            Assert.Equal(happened, TrainEventJson.Read(json));
            Assert.Equal(happened, strict is null ? null : strict with { Group = happened.Group });
        }
    }

    [Theory]
    [InlineData("\"ada\"")]
    [InlineData("\"42\"")]
    [InlineData("42")]
    [InlineData("18446744073709551615")]
    [InlineData("-1")]
    [InlineData("null")]
    public void A_user_is_named_the_way_the_config_named_it(string user)
    {
        var config = JsonSerializer.Deserialize<TrainingConfig>($$"""{"user_id":{{user}}}""", WireJson.Options);
        var stored = JsonElement.Parse(JsonSerializer.Serialize(config, WireJson.Options)).GetProperty("user_id");
        var told = JsonElement.Parse(TrainEventJson.Write(new TrainStarted { RunId = "r", UserId = config?.UserId }));

        Assert.Equal((user, user), (stored.GetRawText(), told.GetProperty("user_id").GetRawText()));
    }

    [Fact]
    public void The_request_is_the_run() =>
        Assert.Equal("r", JsonElement.Parse(TrainEventJson.Write(new TrainStarted { RunId = "r" })).GetProperty("request_id").GetString());

    [Fact]
    public void A_reader_ignores_types_and_members_it_does_not_know_and_their_order()
    {
        var json = """
            {"colour":"red","attempt":1,"run_id":"r","ts":"2026-03-04T12:00:00Z","total_epochs":3,"type":"trainer.train.started.v1"}
            """;

        Assert.Equal(3, Assert.IsType<TrainStarted>(Read(json)).TotalEpochs);
        Assert.Null(Read("""{"type":"trainer.train.started.v2","run_id":7}"""));
        Assert.Null(Read("""{"type":"chess.train.started.v1"}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"trainer.train.started.v1"}""")]
    [InlineData("""{"type":"trainer.train.stopped.v1","attempt":1,"run_id":"r","ts":"2026-03-04T12:00:00Z","reason":"bored"}""")]
    [InlineData("""{"type":"trainer.train.upload.v1","attempt":1,"run_id":"r","ts":"2026-03-04T12:00:00Z","status":"completed"}""")]
    public void What_is_no_event_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Fact]
    public void A_producer_may_not_add_members()
    {
        var json = """{"type":"trainer.train.started.v1","attempt":1,"run_id":"r","ts":"2026-03-04T12:00:00Z","colour":"red"}""";

        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<TrainEvent>(json, TrainEventJson.OptionsOf("trainer")));
    }

    private static TrainEvent? Read(string json) => TrainEventJson.Read(Encoding.UTF8.GetBytes(json));
}
