using System.Net;
using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Training;

public class RunControlTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_queued_run_is_cancelled_at_once_and_a_training_one_gets_a_request(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var (queued, training) = (await TrainAsync(store), await TrainAsync(store));
        await ClaimAsync(store, training, 1);

        await store.SendAsync(HttpMethod.Post, $"/api/runs/{queued}/cancel");
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{training}/cancel");
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{training}/checkpoint");

        Assert.Equal("cancelled", (await StateAsync(store, queued)).Status);
        Assert.Equal(("running", 1, "cancelling"), await StateAsync(store, training));
        Assert.True(await Redis(store).KeyExistsAsync(RedisKeys.Cancelled(training)));
        Assert.True(await Redis(store).KeyExistsAsync(RedisKeys.CheckpointRequested(training)));
        Assert.True((await ClaimAsync(store, queued, 1)).Is<ClaimRefused>(out _));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_paused_run_resumes_from_the_requested_step_without_old_flags(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);
        await ClaimAsync(store, id, 1);
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{id}/pause");
        await store.TellAsync(1,
            Event.Metric(id, 30, "train_loss", 3, attempt: 1), Event.Checkpoint(id, "checkpoints/10", 10),
            Event.Checkpoint(id, "checkpoints/20", 20),
            Event.Stop(id, RunStatus.Interrupted, attempt: 1));

        var resumed = await store.SendAsync(HttpMethod.Post, $"/api/runs/{id}/resume", new { from_step = 15 });

        Assert.Equal(("queued", 2), (resumed.GetProperty("status").GetString(), resumed.GetProperty("attempt").GetInt32()));
        Assert.Equal(10, resumed.GetProperty("last_checkpoint").GetProperty("step").GetInt64());
        Assert.False(await Redis(store).KeyExistsAsync(RedisKeys.PauseRequested(id)));
        Assert.True((await ClaimAsync(store, id, 2)).Is<RunClaimed>(out var claimed));
        Assert.Equal((true, 15L), (claimed.Message.Resume, claimed.Message.FromStep));
        await store.TellAsync(2, Event.Resume(id, 11, attempt: 2), Event.Metric(id, 11, "train_loss", 2, attempt: 2));
        Assert.Equal(11, (await store.GetAsync($"/api/runs/{id}/metrics/latest")).GetProperty("series")[0].GetProperty("step").GetInt64());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_external_run_resumes_by_opening_an_attempt(string database)
    {
        await using var store = await StartTrainingAsync(database);
        await store.StoreAsync(Event.Metric("r", 9, "loss", 1), Event.Checkpoint("r", "somewhere/5", 5), Event.Stop("r", RunStatus.Failed));

        var resumed = await store.SendAsync(HttpMethod.Post, "/api/runs/r/resume");

        Assert.Equal(
            ("running", 2, 5L), (resumed.GetProperty("status").GetString(), resumed.GetProperty("attempt").GetInt32(),
            resumed.GetProperty("last_checkpoint").GetProperty("step").GetInt64()));
        await store.StoreAsync(Event.Metric("r", 6, "loss", 0.5));
        Assert.Equal(
            [6L], (await store.GetAsync("/api/runs/r/metrics")).GetProperty("series")[0].GetProperty("points").EnumerateArray()
            .Select(point => point.GetProperty("step").GetInt64()));
        Assert.Equal(JsonValueKind.Null, (await store.GetAsync("/api/runs/r")).GetProperty("ended_at").ValueKind);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Actions_that_the_state_does_not_allow_are_refused(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);
        await ClaimAsync(store, id, 1);
        await store.StoreAsync(Event.Metric("ext", 1, "loss", 1));

        await RefusedAsync(HttpMethod.Delete, $"/api/runs/{id}");
        await RefusedAsync(HttpMethod.Post, $"/api/runs/{id}/resume");
        await RefusedAsync(HttpMethod.Put, $"/api/runs/{id}", """{"status":"completed"}""");
        await RefusedAsync(HttpMethod.Post, "/api/runs/ext/pause");
        await RefusedAsync(HttpMethod.Post, "/api/runs/ext/checkpoint");
        await store.TellAsync(1, Event.Stop(id, RunStatus.Completed, attempt: 1));
        await store.StoreAsync(Event.Stop("ext", RunStatus.Completed));
        await RefusedAsync(HttpMethod.Post, $"/api/runs/{id}/resume");
        await RefusedAsync(HttpMethod.Post, $"/api/runs/{id}/cancel");
        await RefusedAsync(HttpMethod.Post, $"/api/runs/{id}/pause");
        await RefusedAsync(HttpMethod.Put, "/api/runs/ext", """{"status":"running"}""");

        async Task RefusedAsync(HttpMethod method, string path, string? body = null)
        {
            var refused = await store.RefusedAsync(method, path, body);
            Assert.Equal((HttpStatusCode.Conflict, "ILLEGAL_TRANSITION"), (refused.Status, refused.Code));
        }
    }
}
