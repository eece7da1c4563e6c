using System.Buffers.Binary;
using Microsoft.Extensions.Options;
using Tensorboard;
using Trainyard.Contracts;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.TensorBoard;

namespace Trainyard.TrainerWorker.Tests;

public class TensorBoardTests(RedisServer redis)
{
    /// <summary>Read with the messages of TensorFlow that TorchSharp brings, which share no line with the library.</summary>
    [Fact]
    public async Task A_training_leaves_its_curves_samples_and_hyperparameters_with_the_fixed_tags()
    {
        await using var host = await StartAsync(("TENSORBOARD:LOG_EVERY_N_STEPS", "4"));
        var run = await host.QueueAsync(WorkerHost.Config with { NumEpochs = 1 });
        await host.EndOfAsync(run);

        var events = Files(host, run).SelectMany(ReadWithTorchSharp).ToList();
        var steps = (from logged in events
                     where logged.Summary is not null
                     from value in logged.Summary.Value
                     group logged.Step by value.Tag).ToDictionary(tag => tag.Key, tag => tag.ToArray());
        string[] training = ["train/loss", "train/perplexity", "train/learning_rate", "train/tokens_per_second"];
        string[] validation = ["val/loss", "val/perplexity", "val/sample"];
        string[] session = ["_hparams_/experiment", "_hparams_/session_start_info", "_hparams_/session_end_info"];
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.All(training, tag => Assert.Equal([1L, 4, 8, 12, 16, 20], steps[tag]));
        Assert.All(validation, tag => Assert.Equal([10L, 20], steps[tag]));
        Assert.All(session, tag => Assert.Equal([0L], steps[tag]));
        Assert.Equal(SessionLog.Types.SessionStatus.Start, events.Single(logged => logged.SessionLog is not null).SessionLog.Status);

        var (loss, perplexity) = (Value(events, "val/loss", 20), Value(events, "val/perplexity", 20));
        Assert.Equal(Math.Exp(loss), perplexity, perplexity * 1e-5);
        Assert.Equal(
            host.Store.EventsOf(run).OfType<Contracts.Events.MetricsLogged>()
                .Single(logged => logged.Step == 20 && logged.Measurements.ContainsKey(MetricNames.ValLoss))
                .Measurements[MetricNames.ValLoss],
            loss, 1e-5);
        var sample = events.First(logged => logged.Summary?.Value[0].Tag == "val/sample").Summary.Value[0];
        Assert.Equal("text", sample.Metadata.PluginData.PluginName);
        Assert.StartsWith("    ", sample.Tensor.StringVal[0].ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_HPARAMS_tab_gets_the_hyperparameters_and_the_end()
    {
        await using var host = await StartAsync();
        var run = await host.QueueAsync(WorkerHost.Config with { LearningRate = 0.002 });
        await host.EndOfAsync(run);

        var values = (await ReadAsync(host, run)).SelectMany(logged => logged.Values).ToList();

        var start = Assert.Single(values.OfType<HyperparameterSessionStart>());
        Assert.Equal(
            new Dictionary<string, HyperparameterValue>
            {
                ["model_family"] = HyperparameterValue.Of("gpt2"),
                ["model_size"] = HyperparameterValue.Of("nano"),
                ["batch_size"] = HyperparameterValue.Of(4),
                ["learning_rate"] = HyperparameterValue.Of(0.002),
                ["max_seq_len"] = HyperparameterValue.Of(16),
                ["num_epochs"] = HyperparameterValue.Of(1),
            },
            start.Hyperparameters);
        Assert.Equal(HyperparameterStatus.Success, Assert.Single(values.OfType<HyperparameterSessionEnd>()).Status);
        var columns = Assert.Single(values.OfType<HyperparameterExperiment>());
        Assert.Equal(
            ["val/loss", "val/perplexity", "train/loss", "train/perplexity", "epoch/loss", "epoch/perplexity"], columns.Metrics);
    }

    [Fact]
    public async Task A_cancelled_run_that_goes_on_repeats_no_step_and_ends_with_its_new_status()
    {
        await using var host = await StartAsync(("TENSORBOARD:LOG_EVERY_N_STEPS", "1"));
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        host.Redis.StringSet(RedisKeys.Cancelled(run), "1");
        var cancelled = (await host.EndOfAsync(run)).Step ?? 0;
        Assert.Equal(HyperparameterStatus.Failure, End(await ReadAsync(host, run)));
        host.Redis.KeyDelete(RedisKeys.Cancelled(run));
        var last = (int)cancelled + 10;
        await host.QueueAsync(WorkerHost.Endless with { MaxSteps = last }, run, attempt: 2);
        await host.EndOfAsync(run, attempt: 2);

        var events = await ReadAsync(host, run);
        var losses = events.Where(logged => logged.Values.OfType<ScalarValue>().Any(value => value.Tag == "train/loss"));
        Assert.Equal(Enumerable.Range(1, last).Select(step => (long)step), losses.Select(logged => logged.Step));
        Assert.Equal([0L, cancelled + 1], events.Where(logged => logged.Session is not null).Select(logged => logged.Step));
        Assert.Equal(HyperparameterStatus.Success, End(events));
    }

    [Fact]
    public async Task What_an_abandoned_attempt_wrote_beyond_the_checkpoint_is_replaced()
    {
        await using var host = await StartAsync(("TENSORBOARD:LOG_EVERY_N_STEPS", "1"), ("TENSORBOARD:FLUSH_SECS", "0.1"));
        var run = await host.QueueAsync(WorkerHost.Endless);
        await host.UntilStepAsync(run, 5);
        host.Redis.StringSet(RedisKeys.CheckpointRequested(run), "1");
        await Wait.UntilAsync(() => host.Store.EventsOf(run).OfType<Contracts.Events.CheckpointSaved>().Any());
        var saved = host.Store.EventsOf(run).OfType<Contracts.Events.CheckpointSaved>().First().Step ?? 0;
        await host.UntilStepAsync(run, saved + 20);
        host.Redis.StringSet(RedisKeys.Heartbeat(run), "somebody-else 2 now");
        // The worker is idle again once it trains another run.
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));
        Assert.Null(End(await ReadAsync(host, run)));

        host.Redis.KeyDelete(RedisKeys.Heartbeat(run));
        var last = saved + 10;
        await host.QueueAsync(WorkerHost.Endless with { MaxSteps = last }, run, attempt: 2);
        await host.EndOfAsync(run, attempt: 2);

        var steps = (await ReadAsync(host, run))
            .Where(logged => logged.Values.OfType<ScalarValue>().Any(value => value.Tag == "train/loss")).Select(logged => logged.Step);
        Assert.Equal(Enumerable.Range(1, (int)last).Select(step => (long)step), steps);
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_costs_the_run_nothing_but_one_line()
    {
        await using var host = await StartAsync();
        var run = Identifier.Create("run");
        var folder = Directory.CreateDirectory(Path.Combine(host.Folder, "data", "tensorboard")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, run), "a file", TestContext.Current.CancellationToken);
        await host.QueueAsync(WorkerHost.Config, run);

        Assert.Equal(RunStatus.Completed, (await host.EndOfAsync(run)).Status);
        var line = Assert.Single(host.Log, line => line.Contains("TensorBoard", StringComparison.Ordinal));
        Assert.Contains("TENSORBOARD__LOG_DIR", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_unless_it_is_enabled()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        await host.EndOfAsync(await host.QueueAsync(WorkerHost.Config));

        Assert.False(Directory.Exists(Path.Combine(host.Folder, "data", "tensorboard")));
    }

    [Theory]
    [InlineData("TENSORBOARD:FLUSH_SECS", "0", "TENSORBOARD__FLUSH_SECS must be from 0.1 to 86400.")]
    [InlineData("TENSORBOARD:LOG_EVERY_N_STEPS", "0", "TENSORBOARD__LOG_EVERY_N_STEPS must be from 1 to 1000000.")]
    [InlineData("TENSORBOARD:LOG_EVERY_N_STEPS", "ten", "TENSORBOARD__LOG_EVERY_N_STEPS must be a whole number, not 'ten'.")]
    [InlineData("TENSORBOARD:EXTERNAL", "true", "TENSORBOARD__EXTERNAL=true needs TENSORBOARD__ENABLED=true as well.")]
    [InlineData("TENSORBOARD:LOG_DIR", "/etc/hostname", "TENSORBOARD__LOG_DIR must name a folder, but '/etc/hostname' is not one.")]
    public async Task A_wrong_setting_stops_the_start_with_its_name(string key, string value, string message)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => WorkerHost.StartAsync(redis.ConnectionString, (key, value)));

        Assert.Equal([message], refused.Failures);
    }

    private Task<WorkerHost> StartAsync(params (string, string)[] settings) =>
        WorkerHost.StartAsync(redis.ConnectionString, [("TENSORBOARD:ENABLED", "true"), .. settings]);

    private static IReadOnlyList<string> Files(WorkerHost host, string run) => Board(host, run).Files;

    private static EventFolder Board(WorkerHost host, string run) =>
        EventFolder.Find(Path.Combine(host.Folder, "data", "tensorboard")).Single(folder => folder.Name == run);

    private static async Task<List<LogEvent>> ReadAsync(WorkerHost host, string run) =>
        await Board(host, run).ReadCleanAsync(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    private static HyperparameterStatus? End(List<LogEvent> events) =>
        events.SelectMany(logged => logged.Values).OfType<HyperparameterSessionEnd>().SingleOrDefault()?.Status;

    private static double Value(List<Event> events, string tag, long step) =>
        events.Where(logged => logged.Step == step && logged.Summary is not null).SelectMany(logged => logged.Summary.Value)
            .Single(value => value.Tag == tag).SimpleValue;

    private static List<Event> ReadWithTorchSharp(string file)
    {
        const int LengthAndChecksum = 12;
        const int Checksum = 4;
        var bytes = File.ReadAllBytes(file);
        var events = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            events.Add(Event.Parser.ParseFrom(bytes, at + LengthAndChecksum, length));
            at += LengthAndChecksum + length + Checksum;
        }
        return events;
    }
}
