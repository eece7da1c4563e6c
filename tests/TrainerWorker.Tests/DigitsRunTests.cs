using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.Harness.Processes;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Tests;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>Runs of the digit classifier, which reads images instead of text.</summary>
public class DigitsRunTests(RedisServer redis)
{
    private static readonly TrainingConfig Config = new()
    {
        ModelFamily = "digits",
        ModelSize = "nano",
        CorpusPath = "digits",
        BatchSize = 20,
        LearningRate = 3e-3,
        MaxSteps = 60,
        EvalEvery = 20,
        LogEvery = 5,
        Threads = 1,
    };

    [Fact]
    public async Task The_first_run_of_a_new_data_folder_completes()
    {
        using var data = new TemporaryFolder();
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString, ("APP:DATA_ROOT", data.File("new")));
        DigitFiles.Write(Path.Combine(host.Folder, "digits"));

        var stop = await host.EndOfAsync(await host.QueueAsync(Config with { MaxSteps = 1 }));

        Assert.Equal(RunStatus.Completed, stop.Status);
    }

    [Fact]
    public async Task A_run_reports_accuracies_to_the_store_and_on_its_own_channel()
    {
        await using var host = await WorkerHost.StartAsync(
            redis.ConnectionString, ("EVENTS:BATCH_EVERY", "20"), ("DIGITS_EVENTS_CHANNEL", "digits:here"));
        DigitFiles.Write(Path.Combine(host.Folder, "digits"));
        var heard = new ConcurrentQueue<JsonElement>();
        var channel = await host.Services.GetRequiredService<IConnectionMultiplexer>().GetSubscriber()
            .SubscribeAsync(RedisChannel.Literal("digits:here"));
        channel.OnMessage(message => heard.Enqueue(JsonDocument.Parse(message.Message.ToString()).RootElement));
        var run = await host.QueueAsync(Config);
        var stop = await host.EndOfAsync(run);

        Assert.Equal(RunStatus.Completed, stop.Status);
        var metrics = host.Store.EventsOf(run).OfType<MetricsLogged>().Select(logged => logged.Measurements).ToList();
        Assert.InRange(metrics.Last(values => values.ContainsKey(MetricNames.BatchAccuracy))[MetricNames.BatchAccuracy], 0.9, 1);
        Assert.InRange(metrics.Last(values => values.ContainsKey(MetricNames.ValAccuracy))[MetricNames.ValAccuracy], 0.9, 1);
        Assert.Contains(metrics, values => values.ContainsKey(MetricNames.SamplesPerSecond));
        Assert.DoesNotContain(metrics, values =>
            values.ContainsKey(MetricNames.TrainPerplexity) || values.ContainsKey(MetricNames.ValPerplexity)
            || values.ContainsKey(MetricNames.TokensPerSecond));
        Assert.All(host.Store.EventsOf(run).OfType<CheckpointSaved>(), saved =>
            Assert.True(saved.Measurements?.ContainsKey(MetricNames.ValAccuracy)));

        await Wait.UntilAsync(() => heard.Any(message => Type(message) == "digits.train.completed.v1"));
        Assert.All(heard, message => Assert.StartsWith("digits.train.", Type(message), StringComparison.Ordinal));
        Assert.Equal(3, heard.Count(message => Type(message) == "digits.train.batch.v1"));
        Assert.InRange(heard.Last(message => Type(message) == "digits.train.batch.v1").GetProperty("batch_acc").GetDouble(), 0.5, 1);
        foreach (var type in (string[])["epoch", "best", "completed"])
        {
            Assert.InRange(
                heard.Last(message => Type(message) == $"digits.train.{type}.v1").GetProperty("val_acc").GetDouble(), 0.5, 1);
        }

        using var http = host.Http;
        var generated = await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { prompt = "7" });
        Assert.Equal(HttpStatusCode.Conflict, generated.StatusCode);
        Assert.Contains("generates no text", await generated.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var evaluated = await host.EvaluatedAsync(await host.EvaluateAsync(run, new(), Config, step: 60));
        Assert.Contains("accuracy_top1", evaluated.Metrics, StringComparison.Ordinal);
        Assert.Equal(
            ["eval/accuracy_top1", "eval/loss"],
            (evaluated.Events ?? []).OfType<MetricsLogged>().Single().Measurements.Keys.Order(StringComparer.Ordinal));

        static string? Type(JsonElement message) => message.GetProperty("type").GetString();
    }

    [Theory]
    [InlineData(true, RunStatus.Cancelled)]
    [InlineData(false, RunStatus.Interrupted)]
    public async Task A_run_is_cancelled_or_paused_with_a_checkpoint_and_goes_on_from_it(bool cancel, RunStatus status)
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        DigitFiles.Write(Path.Combine(host.Folder, "digits"));
        var endless = Config with { MaxSteps = 1_000_000, EvalEvery = 1_000_000 };
        var run = await host.QueueAsync(endless);
        await host.UntilStepAsync(run, 10);
        await host.Redis.StringSetAsync(
            cancel ? Contracts.RedisKeys.Cancelled(run) : Contracts.RedisKeys.PauseRequested(run), "1", TimeSpan.FromMinutes(1));
        var stop = await host.EndOfAsync(run);
        await host.Redis.KeyDeleteAsync([Contracts.RedisKeys.Cancelled(run), Contracts.RedisKeys.PauseRequested(run)]);
        Assert.Equal(status, stop.Status);
        Assert.Equal(stop.Step, Assert.Single(new CheckpointStore(host.RunFolder(run).Checkpoints).Steps));

        await host.QueueAsync(endless with { MaxSteps = stop.Step + 20 }, run, attempt: 2);
        Assert.Equal(RunStatus.Completed, (await host.EndOfAsync(run, attempt: 2)).Status);
        Assert.Equal(stop.Step + 1, host.Store.EventsOf(run).OfType<RunResumed>().Single().FromStep);
    }

    [Fact]
    public async Task Files_that_are_no_images_fail_the_run_with_the_reason()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var folder = DigitFiles.Write(Path.Combine(host.Folder, "digits"));
        await File.WriteAllTextAsync(Path.Combine(folder, DigitFiles.TrainingImages), "not images");
        var stop = await host.EndOfAsync(await host.QueueAsync(Config));

        Assert.Equal((RunStatus.Failed, "USER_INPUT"), (stop.Status, stop.ErrorKind));
        Assert.Contains("is not an IDX file", stop.Message, StringComparison.Ordinal);
    }
}
