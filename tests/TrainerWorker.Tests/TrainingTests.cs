using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Runs;

namespace Trainyard.TrainerWorker.Tests;

public class TrainingTests(RedisServer redis)
{
    [Fact]
    public async Task A_queued_run_is_trained_and_its_story_told_in_order()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config with { Name = "first" });
        var stop = await host.EndOfAsync(run);
        var events = host.Store.EventsOf(run);
        var metrics = events.OfType<MetricsLogged>().ToArray();

        Assert.Equal((RunStatus.Completed, 20L, "model.safetensors"), (stop.Status, stop.Step, stop.ModelPath));
        Assert.Equal("first", Assert.Single(events.OfType<RunStarted>()).Name);
        Assert.Equal(
            [1L, 5, 10, 15, 20],
            metrics.Where(runEvent => runEvent.Measurements.ContainsKey(MetricNames.TrainLoss)).Select(runEvent => runEvent.Step ?? 0));
        Assert.Equal(
            [10L, 20],
            metrics.Where(runEvent => runEvent.Measurements.ContainsKey(MetricNames.ValLoss)).Select(runEvent => runEvent.Step ?? 0));
        Assert.Equal(["checkpoints/10", "checkpoints/20"], events.OfType<CheckpointSaved>().Select(saved => saved.Path));
        Assert.Contains(
            events.OfType<ArtifactSaved>(), artifact => artifact is { Kind: "model", Path: "model.safetensors", Sha256.Length: 64 });
        Assert.IsType<RunStopped>(events[^1]);
        Assert.All(events, runEvent => Assert.Equal(1, runEvent.Attempt));
        Assert.True(File.Exists(host.RunFolder(run).Weights));
        await Wait.UntilAsync(() => !host.Redis.KeyExists(RedisKeys.Heartbeat(run)));
    }

    [Fact]
    public async Task A_run_that_waits_is_trained_after_the_one_before()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        string[] runs =
        [
            await host.QueueAsync(WorkerHost.Config),
            await host.QueueAsync(WorkerHost.Config),
            await host.QueueAsync(WorkerHost.Config),
        ];

        foreach (var run in runs)
        {
            Assert.Equal(RunStatus.Completed, (await host.EndOfAsync(run)).Status);
        }
    }

    [Fact]
    public async Task A_repeated_call_does_not_train_twice()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.CallAsync(run);
        await host.CallAsync(run);
        await host.EndOfAsync(run);
        var next = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(next);

        Assert.Single(host.Store.EventsOf(run).OfType<RunStarted>());
        Assert.Single(host.Store.EventsOf(run).OfType<RunStopped>());
    }

    [Fact]
    public async Task A_run_another_worker_holds_is_left_alone()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var held = Identifier.Create("run");
        host.Redis.StringSet(RedisKeys.Heartbeat(held), "somebody-else 1 now");
        await host.QueueAsync(WorkerHost.Config, held);
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));

        Assert.Empty(host.Store.EventsOf(held));
        Assert.Equal(0, host.Store.ClaimsOf(held));
        Assert.Equal("somebody-else 1 now", host.Redis.StringGet(RedisKeys.Heartbeat(held)));
    }

    [Fact]
    public async Task Cancelling_stops_it_with_a_checkpoint()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        host.Redis.StringSet(RedisKeys.Cancelled(run), "1");
        var stop = await host.EndOfAsync(run);

        Assert.Equal(RunStatus.Cancelled, stop.Status);
        Assert.Equal(stop.Step, Assert.Single(new CheckpointStore(host.RunFolder(run).Checkpoints).Steps));
        Assert.Equal("cancelled", RunManifest.Read(host.RunFolder(run).Manifest)?.Status);
    }

    [Fact]
    public async Task A_checkpoint_can_be_asked_for_and_the_run_goes_on()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        host.Redis.StringSet(RedisKeys.CheckpointRequested(run), "1");
        await Wait.UntilAsync(() => host.Store.EventsOf(run).OfType<CheckpointSaved>().Any());
        var saved = host.Store.EventsOf(run).OfType<CheckpointSaved>().First().Step ?? 0;
        await host.UntilStepAsync(run, saved + 5);

        Assert.False(host.Redis.KeyExists(RedisKeys.CheckpointRequested(run)));
    }

    [Fact]
    public async Task A_paused_run_goes_on_in_a_new_attempt_and_ends_with_the_same_model()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var config = WorkerHost.Config with { MaxSteps = 300, Dropout = 0.1, EvalEvery = 100 };
        var whole = await host.QueueAsync(config);
        await host.EndOfAsync(whole);

        var broken = Identifier.Create("run");
        host.Redis.StringSet(RedisKeys.PauseRequested(broken), "1");
        await host.QueueAsync(config, broken);
        var paused = await host.EndOfAsync(broken);
        host.Redis.KeyDelete(RedisKeys.PauseRequested(broken));
        await host.QueueAsync(config, broken, attempt: 2);
        var done = await host.EndOfAsync(broken, attempt: 2);

        Assert.Equal((RunStatus.Interrupted, RunStatus.Completed), (paused.Status, done.Status));
        Assert.Equal((paused.Step ?? 0) + 1, Assert.Single(host.Store.EventsOf(broken).OfType<RunResumed>()).FromStep);
        Assert.Equal(File.ReadAllBytes(host.RunFolder(whole).Weights), File.ReadAllBytes(host.RunFolder(broken).Weights));
    }

    [Fact]
    public async Task A_worker_that_is_shut_down_saves_its_run_and_says_so()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        await host.StopAsync();
        var stop = await host.EndOfAsync(run);

        Assert.Equal(RunStatus.Interrupted, stop.Status);
        Assert.Equal(stop.Step, Assert.Single(new CheckpointStore(host.RunFolder(run).Checkpoints).Steps));
    }

    [Fact]
    public async Task What_the_user_got_wrong_fails_the_run_with_the_reason()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var outside = await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config with { CorpusPath = "../../etc" }));
        var small = await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config with { CorpusPath = "small.txt" }));
        var tokenizer = await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config with { TokenizerId = "none" }));

        Assert.All(
            (RunStopped[])[outside, small, tokenizer],
            stop => Assert.Equal((RunStatus.Failed, "USER_INPUT"), (stop.Status, stop.ErrorKind)));
        Assert.Contains("APP__CORPUS_ROOT", outside.Message, StringComparison.Ordinal);
        Assert.Contains("too small", small.Message, StringComparison.Ordinal);
        Assert.Contains("no tokenizer none", tokenizer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_text_has_gone_leaves_a_folder_that_says_so()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config with { CorpusPath = "gone.txt", LogEvery = 7 });
        var stop = await host.EndOfAsync(run);
        var manifest = RunManifest.Read(host.RunFolder(run).Manifest);

        Assert.Equal(("failed", stop.Message, 7), (manifest?.Status, manifest?.LastError, manifest?.Plan.LogEvery));
        Assert.Contains("gone.txt", stop.Message, StringComparison.Ordinal);
        Assert.Contains("gone.txt", File.ReadAllText(host.RunFolder(run).Logs), StringComparison.Ordinal);
        Assert.Contains(host.Store.EventsOf(run).OfType<LogWritten>(), line => line.Level == "error");
    }

    [Fact]
    public async Task A_run_goes_on_with_its_copy_of_a_tokenizer_that_was_deleted()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = Identifier.Create("run");
        await host.QueueAsync(WorkerHost.Endless, run);
        await host.UntilStepAsync(run, 5);
        host.Redis.StringSet(RedisKeys.PauseRequested(run), "1");
        await host.EndOfAsync(run);
        host.Redis.KeyDelete(RedisKeys.PauseRequested(run));
        Directory.Delete(Path.Combine(host.Folder, "data", "artifacts", "tokenizers", "tok"), recursive: true);
        await host.QueueAsync(
            WorkerHost.Config with { MaxSteps = 1_000_000, LearningRate = 3e-2, EarlyStoppingPatience = 1, EvalEvery = 1 },
            run,
            attempt: 2);
        var stop = await host.EndOfAsync(run, attempt: 2);

        Assert.Equal(RunStatus.Completed, stop.Status);
        Assert.StartsWith("Stopped early after step", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_can_start_from_another_ones_checkpoint()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var first = await host.QueueAsync(WorkerHost.Config with { MaxSteps = 100 });
        await host.EndOfAsync(first);
        var second = await host.QueueAsync(WorkerHost.Config, startFrom: $"models/{first}/checkpoints/100");
        await host.EndOfAsync(second);

        Assert.True(FirstLoss(second) < FirstLoss(first) - 0.5, $"{FirstLoss(second)} after {FirstLoss(first)}");

        double FirstLoss(string run) => host.Store.EventsOf(run).OfType<MetricsLogged>().First().Measurements[MetricNames.TrainLoss];
    }
}
