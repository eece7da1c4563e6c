using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Tests.Training;

/// <summary>The store's side of evaluations; the test plays the worker.</summary>
public class EvaluationTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    private readonly ConcurrentQueue<EvaluateModel> heard = [];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_evaluation_of_the_best_checkpoint_is_queued_claimed_once_and_stored(string database)
    {
        await using var store = await StartEvaluationsAsync(database);
        var run = await TrainedAsync(store);

        var queued = await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate", new { max_tokens = 5000 });
        var id = Text(queued, "evaluation_id");
        Assert.Equal(("queued", 100L), (Text(queued, "status"), queued.GetProperty("step").GetInt64()));
        await Wait.UntilAsync(() => Task.FromResult(heard.ToArray()), calls => calls.Contains(new EvaluateModel(id, run, 1)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(worker => ClaimAsync(store, id, run, 1, $"w{worker}")));
        var claimed = Assert.Single(answers.OfType<EvaluationClaimed>());
        Assert.Equal(($"models/{run}/checkpoints/100", 100L, "corpus.txt", 5000L, "validation"),
            (claimed.CheckpointPath, claimed.Step, claimed.Config.CorpusPath, claimed.Request.MaxTokens, claimed.Request.On));
        Assert.Equal("running", Text((await EvalAsync(store, run)).GetProperty("evaluation"), "status"));

        for (var times = 0; times < 2; times++)
        {
            await EndAsync(store, new(id, run, 1, """{"loss":2.5,"perplexity":"Infinity"}""", null, "Evaluated."));
        }
        await EndAsync(store, new(id, run, 1, null, "FATAL", "Too late."));

        var answer = await EvalAsync(store, run);
        var evaluation = answer.GetProperty("evaluation");
        Assert.Equal(("completed", 2.5, "Evaluated."),
            (Text(evaluation, "status"), evaluation.GetProperty("metrics").GetProperty("loss").GetDouble(), Text(evaluation, "message")));
        // The worker has not written its file yet. Training writes one before, and perhaps one after.
        Assert.Equal(2.5, LossOf(answer));
        WriteMetrics(store, run, 5, Clock.GetUtcNow().AddSeconds(-1));
        Assert.Equal(2.5, LossOf(await EvalAsync(store, run)));
        WriteMetrics(store, run, 1.5, Clock.GetUtcNow().AddSeconds(1));
        Assert.Equal(1.5, LossOf(await EvalAsync(store, run)));
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate");
    }

    /// <summary>Queues an evaluation, and plays the worker that makes it.</summary>
    private static async Task EvaluatedAsync(StoreHost store, string run, object request, string metrics)
    {
        var id = Text(await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate", request), "evaluation_id");
        Assert.IsType<EvaluationClaimed>(await ClaimAsync(store, id, run, 1, "worker"));
        await EndAsync(store, new(id, run, 1, metrics, null, "Evaluated."));
    }

    private static double LossOf(JsonElement eval) => eval.GetProperty("metrics").GetProperty("loss").GetDouble();

    private static void WriteMetrics(StoreHost store, string run, double loss, DateTimeOffset when)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", run, "eval")).FullName, "metrics.json");
        File.WriteAllText(file, $$"""{"loss":{{loss.ToString(CultureInfo.InvariantCulture)}}}""");
        File.SetLastWriteTimeUtc(file, when.UtcDateTime);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_evaluation_whose_worker_died_is_repeated_and_finally_fails(string database)
    {
        await using var store = await StartEvaluationsAsync(database, ("RUNS:LEASE_GRACE_SECONDS", "15"), ("RUNS:RETRY_SECONDS", "1"));
        var reconciler = Reconciler(store);
        var run = await TrainedAsync(store);
        var id = Text(await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate"), "evaluation_id");

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.IsType<EvaluationClaimed>(await ClaimAsync(store, id, run, attempt));
            await HoldLeaseAsync(store, id);
            await reconciler.ReconcileAsync(CancellationToken.None);
            Clock.Advance(TimeSpan.FromMinutes(1));
            await reconciler.ReconcileAsync(CancellationToken.None);
            Assert.Equal("running", Text((await EvalAsync(store, run)).GetProperty("evaluation"), "status"));

            await LoseLeaseAsync(store, id);
            await reconciler.ReconcileAsync(CancellationToken.None);
            Clock.Advance(TimeSpan.FromSeconds(16));
            await reconciler.ReconcileAsync(CancellationToken.None);
            Clock.Advance(TimeSpan.FromSeconds(16));
            await reconciler.ReconcileAsync(CancellationToken.None);
            Assert.IsType<ClaimRefused>(await ClaimAsync(store, id, run, attempt));
        }

        var evaluation = (await EvalAsync(store, run)).GetProperty("evaluation");
        Assert.Equal(("failed", "TRANSIENT"), (Text(evaluation, "status"), Text(evaluation, "error_kind")));
        Assert.Contains("failed after 3 attempts", Text(evaluation, "message"), StringComparison.Ordinal);
        Assert.Contains(new EvaluateModel(id, run, 3), heard);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_wrong_clock_neither_delays_an_evaluation_nor_takes_it_from_its_worker(string database)
    {
        await using var store = await StartEvaluationsAsync(database, ("RUNS:LEASE_GRACE_SECONDS", "15"));
        var (reconciler, run) = (Reconciler(store), await TrainedAsync(store));
        Clock.Ahead = TimeSpan.FromMinutes(10);
        var id = Text(await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate"), "evaluation_id");
        await Wait.UntilAsync(() => heard.Contains(new EvaluateModel(id, run, 1)));

        Clock.Ahead = TimeSpan.Zero;
        await reconciler.ReconcileAsync(CancellationToken.None);
        await Wait.UntilAsync(() => heard.Count(call => call.EvaluationId == id) == 2);

        Assert.IsType<EvaluationClaimed>(await ClaimAsync(store, id, run, 1));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Clock.Ahead = TimeSpan.FromMinutes(10);
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal("running", Text((await EvalAsync(store, run)).GetProperty("evaluation"), "status"));
        Clock.Ahead = TimeSpan.Zero;
        Clock.Advance(TimeSpan.FromSeconds(16));
        await reconciler.ReconcileAsync(CancellationToken.None);
        Assert.Equal("queued", Text((await EvalAsync(store, run)).GetProperty("evaluation"), "status"));
    }

    [Fact]
    public async Task A_run_that_predicts_worse_than_its_baseline_is_flagged()
    {
        await using var store = await StartEvaluationsAsync("sqlite");
        var (baseline, run) = (await TrainedAsync(store), await TrainedAsync(store));
        await EvaluatedAsync(store, baseline, new { }, """{"on":"validation","loss":2.0,"bits_per_byte":1.5}""");
        await EvaluatedAsync(
            store, run, new { baseline_run_id = baseline }, """{"on":"validation","loss":1.9,"bits_per_byte":1.6,"accuracy_top1":0.4}""");

        var flagged = (await EvalAsync(store, run)).GetProperty("regression");
        var allowed = (await store.GetAsync($"/api/runs/{run}/eval?tolerance=0.1")).GetProperty("regression");
        var itself = (await store.GetAsync($"/api/runs/{baseline}/eval?baseline={baseline}")).GetProperty("regression");

        // Bits per byte decide: the runs may have different tokenizers.
        Assert.Equal((baseline, true), (Text(flagged, "baseline_run_id"), flagged.GetProperty("is_regression").GetBoolean()));
        Assert.Equal(
            ["bits_per_byte True", "loss False"],
            flagged.GetProperty("metrics").EnumerateArray()
                .Select(metric => $"{Text(metric, "metric")} {metric.GetProperty("is_worse").GetBoolean()}"));
        Assert.False(allowed.GetProperty("is_regression").GetBoolean());
        Assert.Contains("within the tolerance", Text(itself, "message"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await EvalAsync(store, baseline)).GetProperty("regression").ValueKind);

        Clock.Advance(TimeSpan.FromSeconds(1));
        await EvaluatedAsync(store, run, new { on = "corpus.txt" }, """{"on":"corpus.txt","loss":9}""");
        var other = (await store.GetAsync($"/api/runs/{run}/eval?baseline={baseline}")).GetProperty("regression");
        Assert.False(other.GetProperty("is_regression").GetBoolean());
        Assert.Contains("the same text", Text(other, "message"), StringComparison.Ordinal);
        var unknown = await store.RefusedAsync(HttpMethod.Get, $"/api/runs/{run}/eval?baseline=nothing", "");
        Assert.Equal("RUN_NOT_FOUND", unknown.Code);
    }

    [Fact]
    public async Task An_impossible_evaluation_is_refused_at_the_request()
    {
        await using var store = await StartEvaluationsAsync("sqlite");
        var (run, other, fresh) = (await TrainedAsync(store), await TrainedAsync(store), await TrainAsync(store));
        await store.StoreAsync(Event.Metric("external", 1, "loss", 1));
        var foreign = Text((await store.GetAsync($"/api/runs/{other}/checkpoints")).GetProperty("items")[0], "checkpoint_id");

        await RefusedAsync(run, """{"on":"../../etc/passwd"}""", HttpStatusCode.Forbidden, "PATH_FORBIDDEN", "on");
        await RefusedAsync(run, """{"on":"train"}""", HttpStatusCode.NotFound, "DATA_NOT_FOUND",
            "on: must be validation or a text below the corpus folder: ", "'train'");
        await RefusedAsync(run, $$"""{"checkpoint_id":"{{foreign}}"}""", HttpStatusCode.BadRequest, "CHECKPOINT_INVALID", "checkpoint_id");
        await RefusedAsync(run, """{"max_tokens":0,"samples":65,"sample_tokens":0,"on":""}""", HttpStatusCode.BadRequest, "CONFIG_INVALID",
            "max_tokens", "samples", "sample_tokens", "on");
        await RefusedAsync(run, """{"colour":"red"}""", HttpStatusCode.BadRequest, "CONFIG_INVALID", "colour");
        await RefusedAsync(fresh, "{}", HttpStatusCode.Conflict, "ILLEGAL_TRANSITION", "no checkpoint yet");
        await RefusedAsync("external", "{}", HttpStatusCode.Conflict, "ILLEGAL_TRANSITION", "external");
        await RefusedAsync("nothing", "{}", HttpStatusCode.NotFound, "RUN_NOT_FOUND", "nothing");
        await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate", new { on = "corpus.txt" });
        await RefusedAsync(run, "{}", HttpStatusCode.Conflict, "ILLEGAL_TRANSITION", "already");
        File.Delete(Path.Combine(store.Corpus, "corpus.txt"));
        await RefusedAsync(other, "{}", HttpStatusCode.NotFound, "DATA_NOT_FOUND", "corpus");

        async Task RefusedAsync(string runId, string body, HttpStatusCode status, string code, params string[] named)
        {
            var refused = await store.RefusedAsync(HttpMethod.Post, $"/api/runs/{runId}/evaluate", body);
            Assert.Equal((status, code), (refused.Status, refused.Code));
            Assert.All(named, member => Assert.Contains(member, refused.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_failure_has_its_reason_and_a_deleted_run_takes_its_evaluations_with_it()
    {
        await using var store = await StartEvaluationsAsync("sqlite");
        var run = await TrainedAsync(store);
        var id = Text(await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate"), "evaluation_id");
        await ClaimAsync(store, id, run, 1);
        await EndAsync(store, new(id, run, 1, null, "USER_INPUT", "The text has changed."));

        var evaluation = (await EvalAsync(store, run)).GetProperty("evaluation");
        Assert.Equal(("failed", "USER_INPUT", "The text has changed."),
            (Text(evaluation, "status"), Text(evaluation, "error_kind"), Text(evaluation, "message")));

        var next = Text(await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/evaluate"), "evaluation_id");
        await store.SendAsync(HttpMethod.Delete, $"/api/runs/{run}");
        Assert.IsType<ClaimRefused>(await ClaimAsync(store, next, run, 1));
        await EndAsync(store, new(next, run, 1, "{}", null, "Too late."));
    }

    private Task<StoreHost> StartEvaluationsAsync(string database, params (string Name, string Value)[] settings) =>
        StartTrainingAsync(database, builder =>
    {
        builder.Services.AddSingleton(heard);
        builder.ConfigureBus(bus => bus.AddConsumer<EvaluatorStandIn>().Endpoint(endpoint => endpoint.Name = "train-model"));
    }, settings);

    /// <summary>A run with two checkpoints on disk; the earlier one is the best.</summary>
    private static async Task<string> TrainedAsync(StoreHost store)
    {
        var run = await TrainAsync(store);
        foreach (var step in (string[])["100", "200"])
        {
            Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", run, "checkpoints", step));
        }
        await ClaimAsync(store, run, 1);
        await store.TellAsync(1, Event.Checkpoint(run, "checkpoints/200", 200), Event.Checkpoint(run, "checkpoints/100", 100, best: true),
            Event.Stop(run, RunStatus.Completed));
        return run;
    }

    private static async Task<object> ClaimAsync(StoreHost store, string id, string run, int attempt, string worker = "w1")
    {
        var claims = store.Services.GetRequiredService<IClientFactory>().CreateRequestClient<ClaimEvaluation>();
        var answer = await claims.GetResponse<EvaluationClaimed, ClaimRefused>(new ClaimEvaluation(id, run, attempt, worker));
        return answer.Message;
    }

    private static async Task EndAsync(StoreHost store, EvaluationEnded ended)
    {
        var ends = store.Services.GetRequiredService<IClientFactory>().CreateRequestClient<EvaluationEnded>();
        Assert.Equal(ended.EvaluationId, (await ends.GetResponse<EvaluationRecorded>(ended)).Message.EvaluationId);
    }

    private static Task<JsonElement> EvalAsync(StoreHost store, string run) => store.GetAsync($"/api/runs/{run}/eval");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    internal sealed class EvaluatorStandIn(ConcurrentQueue<EvaluateModel> heard) : IConsumer<EvaluateModel>
    {
        public Task Consume(ConsumeContext<EvaluateModel> context)
        {
            heard.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
