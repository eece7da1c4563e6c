using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Harness;

namespace Trainyard.TrainerWorker.Tests;

public class EvaluationTests(RedisServer redis)
{
    [Fact]
    public async Task An_evaluation_ends_in_files_artifacts_series_and_an_answer()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);
        var told = host.Store.EventsOf(run).Count;

        var id = await host.EvaluateAsync(run, new() { Samples = 2, SampleTokens = 5 });
        var ended = await host.EvaluatedAsync(id);

        var metrics = JsonElement.Parse(ended.Metrics ?? throw new InvalidOperationException(ended.Message));
        Assert.Equal(
            (id, 20L, "validation"),
            (metrics.GetProperty("evaluation_id").GetString(),
                metrics.GetProperty("step").GetInt64(),
                metrics.GetProperty("on").GetString()));
        await Wait.UntilAsync(() => File.ReadAllText(host.RunFolder(run).EvalMetrics) == ended.Metrics);
        var events = host.Store.EventsOf(run).Skip(told).ToList();
        Assert.All(events, runEvent => Assert.Equal(1, runEvent.Attempt));
        Assert.Equal(["eval/metrics.json", "eval/samples.jsonl"], events.OfType<ArtifactSaved>().Select(artifact => artifact.Path));
        var logged = Assert.Single(events.OfType<MetricsLogged>());
        Assert.Equal((20L, metrics.GetProperty("loss").GetDouble()), (logged.Step ?? 0, logged.Measurements["eval/loss"]));
        await Wait.UntilAsync(() => !host.Redis.KeyExists(RedisKeys.Heartbeat(id)));

        // The worker is idle again, for either kind of work.
        var other = await host.EvaluateAsync(run, new() { On = "corpus.txt", MaxTokens = 100, Samples = 0 });
        Assert.Contains("on corpus.txt", (await host.EvaluatedAsync(other)).Message, StringComparison.Ordinal);
        Assert.Contains(
            host.Store.EventsOf(run).OfType<MetricsLogged>(),
            runEvent => runEvent.Measurements.ContainsKey("eval/corpus.txt/bits_per_byte"));
        Assert.Equal(RunStatus.Completed, (await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config))).Status);
    }

    [Fact]
    public async Task Files_that_an_evaluation_leaves_out_are_named_in_the_runs_log()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);
        var other = Directory.CreateDirectory(Path.Combine(host.Folder, "other")).FullName;
        File.Copy(Path.Combine(host.Folder, "corpus.txt"), Path.Combine(other, "good.txt"));
        await File.WriteAllBytesAsync(Path.Combine(other, "latin1.txt"), [0x61, 0xE9, 0x62]);

        await host.EvaluatedAsync(await host.EvaluateAsync(run, new() { On = "other", MaxTokens = 100, Samples = 0 }));

        var warning = Assert.Single(
            host.Store.EventsOf(run).OfType<LogWritten>(),
            line => line.Level == "warning" && line.Message.Contains("latin1", StringComparison.Ordinal));
        Assert.Equal("Evaluation on other: Left out latin1.txt: not UTF-8 text, at byte 1.", warning.Message);
    }

    [Fact]
    public async Task It_waits_while_the_worker_trains()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);
        var training = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(training, 5);

        var id = await host.EvaluateAsync(run, new() { Samples = 0 });
        var asked = host.Store.EventsOf(training).OfType<MetricsLogged>().Max(metrics => metrics.Step) ?? 0;
        await host.UntilStepAsync(training, asked + 50);
        Assert.Empty(host.Store.Ended);
        host.Redis.StringSet(RedisKeys.Cancelled(training), "1");

        Assert.NotNull((await host.EvaluatedAsync(id)).Metrics);
    }

    [Fact]
    public async Task A_failure_says_whose_fault_it_is()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);

        var outside = await host.EvaluatedAsync(await host.EvaluateAsync(run, new() { On = "../../etc" }));
        var pruned = await host.EvaluatedAsync(await host.EvaluateAsync(run, new(), step: 19));
        await File.WriteAllTextAsync(Path.Combine(host.RunFolder(run).Checkpoints, "20", "model.safetensors"), "broken");
        var broken = await host.EvaluatedAsync(await host.EvaluateAsync(run, new()));

        Assert.Equal(("USER_INPUT", "TRANSIENT", "USER_INPUT"), (outside.ErrorKind, pruned.ErrorKind, broken.ErrorKind));
        Assert.All((EvaluationEnded[])[outside, pruned, broken], ended => Assert.Null(ended.Metrics));
        Assert.Contains("APP__CORPUS_ROOT", outside.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_found_goes_nowhere_once_another_worker_has_it()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);
        var before = await File.ReadAllTextAsync(host.RunFolder(run).EvalMetrics);

        host.Store.EvaluationsCount = false;
        var id = await host.EvaluateAsync(run, new() { Samples = 1, SampleTokens = 2 });
        await host.EvaluatedAsync(id);
        await Wait.UntilAsync(() => !host.Redis.KeyExists(RedisKeys.Heartbeat(id)));

        Assert.Equal(before, await File.ReadAllTextAsync(host.RunFolder(run).EvalMetrics));
    }

    [Fact]
    public async Task The_files_of_a_result_whose_worker_died_are_published_by_the_next_that_is_idle()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);
        // A folder in the place of the file keeps the worker from publishing, as a kill would.
        var metrics = host.RunFolder(run).EvalMetrics;
        File.Delete(metrics);
        Directory.CreateDirectory(metrics);
        var ended = await host.EvaluatedAsync(await host.EvaluateAsync(run, new() { Samples = 1, SampleTokens = 2 }));
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));
        Directory.Delete(metrics);
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));

        await Wait.UntilAsync(() => !Directory.EnumerateFiles(Path.Combine(host.Folder, "data", "artifacts", ".tmp-evaluations")).Any());

        Assert.Equal(ended.Metrics, await File.ReadAllTextAsync(metrics));
        var evaluation = JsonSerializer.Serialize(ended.EvaluationId);
        Assert.Single(File.ReadLines(host.RunFolder(run).EvalSamples), line => line.Contains(evaluation, StringComparison.Ordinal));
        Assert.All(host.Store.Ended, stored => Assert.Equal(ended.Message, stored.Message));
    }

    [Fact]
    public async Task A_worker_that_is_shut_down_leaves_it_to_another()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);

        var id = await host.EvaluateAsync(
            run, new() { Samples = EvaluationRequest.MaxSamples, SampleTokens = EvaluationRequest.MaxSampleTokens });
        await Wait.UntilAsync(() => host.Redis.KeyExists(RedisKeys.Heartbeat(id)));
        await host.StopAsync();

        Assert.Empty(host.Store.Ended);
        await Wait.UntilAsync(() => !host.Redis.KeyExists(RedisKeys.Heartbeat(id)));
    }
}
