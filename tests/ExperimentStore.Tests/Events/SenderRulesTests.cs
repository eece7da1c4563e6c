using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Tests.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>Which sender may report what about a run.</summary>
public class SenderRulesTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task External_senders_can_not_change_the_status_of_an_own_run(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);
        await ClaimAsync(store, id, 1);
        await store.TellAsync(1, Event.Start(id), Event.Metric(id, 1, "train_loss", 3), Event.Metric(id, 2, "train_loss", 2),
            Event.Checkpoint(id, "checkpoints/2", 2, best: true));
        var before = await DescribeAsync(store, id);

        var stored = await store.StoreAsync(
            Event.Start(id) with { Name = "mine", ExperimentId = "mine", Tags = new Dictionary<string, string> { ["mine"] = "yes" } },
            Event.Resume(id, 0),
            Event.Resume(id, 0, attempt: 7),
            Event.Heartbeat(id) with { Step = 99, Message = "mine" },
            Event.Checkpoint(id, "checkpoints/9", 9, best: true),
            new ArtifactSaved
            {
                EventId = Guid.NewGuid(),
                RunId = id,
                Time = Event.Noon,
                Path = "model.safetensors",
                Sha256 = new string('a', 64)
            },
            Event.Metric(id, 1, "train_loss", double.NaN),
            Event.Metrics(id, 9, new() { ["mine"] = 1, ["val_loss"] = 0 }),
            Event.Metric(id, 9, "eval/loss", 0),
            Event.Stop(id, RunStatus.Completed),
            Event.Stop(id, RunStatus.Failed, attempt: 1),
            // Allowed: a log line, a value of another series, and a run of its own.
            Event.Log(id, "hello"),
            Event.Metric(id, 5, "mmlu", 0.4),
            Event.Metric("outside", 1, "loss", 1));

        Assert.Equal((1, 11), (stored.Stored, stored.Refused));
        Assert.Equal(before, await DescribeAsync(store, id));
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, "/api/experiments/mine")).Code);
        var series = (await store.GetAsync($"/api/runs/{id}/metrics/latest")).GetProperty("series").EnumerateArray()
            .Select(row => row.GetProperty("name").GetString());
        Assert.Equal(["mine", "mmlu", "train_loss"], series);
        Assert.Equal("running", (await StateAsync(store, "outside")).Status);
        var lines = (await store.GetAsync($"/api/runs/{id}/logs")).GetProperty("logs").EnumerateArray()
            .Select(line => line.GetProperty("message").GetString() ?? "").ToList();
        Assert.Contains("hello", lines);
        Assert.Single(lines, line => line.StartsWith("Events of external senders were dropped", StringComparison.Ordinal));

        // Its worker is not affected.
        Assert.Equal(0, (await store.TellAsync(1, Event.Metric(id, 3, "train_loss", 1), Event.Stop(id, RunStatus.Completed))).Refused);
        Assert.Equal(("completed", 1), (await StateAsync(store, id)) is var end ? (end.Status, end.Attempt) : default);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task External_senders_can_not_start_a_queued_run(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);

        Assert.Equal(2, (await store.StoreAsync(Event.Start(id), Event.Stop(id, RunStatus.Completed))).Refused);
        Assert.Equal(1, (await store.TellAsync(1, Event.Start(id))).Refused);

        Assert.Equal("queued", (await StateAsync(store, id)).Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Events_of_a_finished_attempt_are_dropped(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);
        await ClaimAsync(store, id, 1, "zombie");
        await store.TellAsync("zombie", 1, Event.Metric(id, 1, "train_loss", 3), Event.Stop(id, RunStatus.Interrupted));
        await ClaimAsync(store, id, 2);
        await store.TellAsync(2, Event.Resume(id, 1, attempt: 2), Event.Metric(id, 1, "train_loss", 2, attempt: 2));
        var before = await DescribeAsync(store, id);

        RunEvent[] late =
        [
            Event.Start(id) with { Name = "late" }, Event.Metric(id, 2, "train_loss", 9), Event.Heartbeat(id), Event.Log(id, "late"),
            Event.Checkpoint(id, "checkpoints/2", 2, best: true),
            new ArtifactSaved { EventId = Guid.NewGuid(), RunId = id, Time = Event.Noon, Path = "model.safetensors" }, Event.Resume(id, 0),
            Event.Stop(id, RunStatus.Completed),
        ];
        Assert.Equal(late.Length, (await store.TellAsync("zombie", 1, [.. late])).Refused);
        // Events of a worker that claims the next attempt or trains another run are dropped too.
        Assert.Equal(late.Length, (await store.TellAsync("zombie", 2, [.. late])).Refused);
        Assert.Equal(late.Length, (await store.TellAsync("zombie", 2, [.. late.Select(sent => sent with { Attempt = 1 })])).Refused);
        var other = await store.StoreAsync(
            new AcceptedRequest(
            "other", "req", [Event.Stop(id, RunStatus.Completed)])
            { Sender = new(Worker: new("w1", "another-run", 2)) });
        Assert.Equal(1, other.Refused);

        Assert.Equal(before, await DescribeAsync(store, id));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_worker_does_not_recreate_a_removed_run(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);
        await ClaimAsync(store, id, 1);
        await store.TellAsync(1, Event.Metric(id, 1, "train_loss", 3), Event.Stop(id, RunStatus.Cancelled));
        await store.SendAsync(HttpMethod.Delete, $"/api/runs/{id}?permanent=true");

        Assert.Equal(1, (await store.TellAsync(1, Event.Metric(id, 2, "train_loss", 2))).Refused);

        Assert.Equal("RUN_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, $"/api/runs/{id}")).Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_earlier_attempt_of_an_external_run_only_adds_values(string database)
    {
        await using var store = await StartTrainingAsync(database);
        await store.StoreAsync(Event.Start("r") with { Name = "named" }, Event.Metric("r", 1, "loss", 3),
            Event.Checkpoint("r", "c/1", 1, best: true), Event.Resume("r", 2));

        var stored = await store.StoreAsync(
            Event.Metric("r", 1, "acc", 0.5, attempt: 1), Event.Log("r", "still here") with { Attempt = 1 },
            Event.Start("r") with { Name = "late", Attempt = 1 }, Event.Checkpoint("r", "c/9", 9, best: true) with { Attempt = 1 },
            Event.Stop("r", RunStatus.Failed, attempt: 1),
            new ArtifactSaved { EventId = Guid.NewGuid(), RunId = "r", Time = Event.Noon, Path = "late.bin", Attempt = 1 });

        Assert.Equal(4, stored.Refused);
        var run = await store.GetAsync("/api/runs/r");
        Assert.Equal(("named", "running", 2),
            (run.GetProperty("name").GetString(), run.GetProperty("status").GetString(), run.GetProperty("attempt").GetInt32()));
        Assert.Equal(
            ["c/1"], (await store.GetAsync("/api/runs/r/checkpoints")).GetProperty("items").EnumerateArray()
            .Select(row => row.GetProperty("path").GetString()));
        Assert.Equal(0.5, run.GetProperty("metrics").GetProperty("acc").GetDouble());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_api_refuses_series_of_the_trainer(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);
        Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", id, "checkpoints", "1"));

        await RefusedAsync(HttpMethod.Post, $"/api/runs/{id}/metrics",
            """[{"step":1,"metrics":{"mine":1}},{"step":1,"metrics":{"train_loss":1}}]""", "train_loss");
        await RefusedAsync(HttpMethod.Post, $"/api/runs/{id}/checkpoints", """{"path":"checkpoints/1","step":1}""", "checkpoints");
        await RefusedAsync(HttpMethod.Put, $"/api/artifacts/models/{id}/notes.txt", "weights", "files");
        Assert.False(File.Exists(Path.Combine(store.Artifacts, "models", id, "model.safetensors")));
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{id}/metrics", new[] { new { step = 1, metrics = new { mmlu = 0.4 } } });
        Assert.Equal("queued", (await StateAsync(store, id)).Status);

        async Task RefusedAsync(HttpMethod method, string path, string body, string named)
        {
            var refused = await store.RefusedAsync(method, path, body);
            Assert.Equal((HttpStatusCode.Conflict, "ILLEGAL_TRANSITION"), (refused.Status, refused.Code));
            Assert.Contains("is trained by Trainyard", refused.Message, StringComparison.Ordinal);
            Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Everything that events can change in a run, except other senders' values and log lines.</summary>
    private static async Task<string> DescribeAsync(StoreHost store, string id)
    {
        var run = await store.Services.GetRequiredService<ExperimentStore.Storage.Database>().ReadAsync(async (db, token) => new
        {
            Run = await db.Runs.FindAsync([id], token),
            Attempts = db.Attempts.Where(row => row.RunId == id).OrderBy(row => row.Number).ToList(),
            Checkpoints = db.Checkpoints.Where(row => row.RunId == id).OrderBy(row => row.Path).ToList(),
            Artifacts = db.Artifacts.Where(row => row.RunId == id).OrderBy(row => row.Path).ToList(),
            Tags = db.Tags.Where(row => row.RunId == id).ToList(),
            Series = db.Series.Where(row => row.RunId == id && row.Name == "train_loss").ToList(),
        }, CancellationToken.None);
        // The warning about dropped events.
        var seen = run.Run ?? throw new InvalidOperationException("There is no such run.");
        (seen.WarnedAt, seen.SeriesCount, seen.HasSortKeys) = (null, 0, true);
        return JsonSerializer.Serialize(run);
    }
}
