using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Harness;
using Trainyard.Harness.Faults;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>Failures that are caused for real: each has a class, a code, a message, a log line and a manifest.</summary>
public sealed class FailureTests(RedisServer redis)
{
    [Fact]
    public async Task A_disk_that_fills_up_fails_the_attempt_and_the_next_one_goes_on()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = Identifier.Create("run");
        var folder = Path.Combine(host.Folder, "data", "artifacts", "models");
        await using var disk = await SmallDisk.TryMountAsync(folder, megabytes: 16);
        Assert.SkipWhen(disk is null, "This user may not mount a file system.");
        await host.QueueAsync(WorkerHost.Endless with { CheckpointEvery = 20 }, run);
        await Wait.UntilAsync(() => host.Store.EventsOf(run).OfType<CheckpointSaved>().Any());
        await disk.FillAsync();

        await AssertFailedAsync(host, run, ErrorKinds.Transient, ErrorCode.ModelTrainFailed, "disk is full");

        disk.Empty();
        var saved = new CheckpointStore(host.RunFolder(run).Checkpoints).Steps[0];
        await host.QueueAsync(WorkerHost.Config with { MaxSteps = saved + 5 }, run, attempt: 2);
        Assert.Equal(RunStatus.Completed, (await host.EndOfAsync(run, attempt: 2)).Status);
        Assert.Contains($"Resuming from checkpoint {saved}.", File.ReadAllText(host.RunFolder(run).Logs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_artifacts_that_goes_away_fails_the_attempt_for_now()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = Identifier.Create("run");
        await host.QueueAsync(WorkerHost.Endless with { CheckpointEvery = 20 }, run);
        await Wait.UntilAsync(() => host.Store.EventsOf(run).OfType<CheckpointSaved>().Any());
        var artifacts = Path.Combine(host.Folder, "data", "artifacts");
        Directory.Move(artifacts, artifacts + "-away");

        var gone = await host.EndOfAsync(run);
        await host.QueueAsync(WorkerHost.Config, run, attempt: 2);
        var still = await host.EndOfAsync(run, attempt: 2);
        Directory.Move(artifacts + "-away", artifacts);
        await host.QueueAsync(WorkerHost.Endless with { CheckpointEvery = 20, MaxSteps = 2000 }, run, attempt: 3);
        await Wait.UntilAsync(() => host.Store.EventsOf(run).OfType<LogWritten>()
            .Any(line => line.Message.StartsWith("Resuming from checkpoint", StringComparison.Ordinal)));
        await host.Redis.StringSetAsync(RedisKeys.PauseRequested(run), "1");

        Assert.All(
            [gone, still],
            stop => Assert.Equal(
                (RunStatus.Failed, ErrorKinds.Transient, "BACKEND_UNAVAILABLE"), (stop.Status, stop.ErrorKind, stop.ErrorCode)));
        Assert.Contains("APP__ARTIFACTS_ROOT", gone.Message, StringComparison.Ordinal);
        Assert.Contains(host.Store.EventsOf(run).OfType<LogWritten>(), line => line.Level == "error" && line.Message == gone.Message);
        Assert.Equal(RunStatus.Interrupted, (await host.EndOfAsync(run, attempt: 3)).Status);
    }

    [Fact]
    public async Task Weights_that_are_no_numbers_end_the_run_with_advice()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var first = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(first);
        Spoil(Path.Combine(new CheckpointStore(host.RunFolder(first).Checkpoints).PathOf(20), CheckpointStore.WeightsFile));

        var run = await host.QueueAsync(WorkerHost.Config, startFrom: $"models/{first}/checkpoints/20");

        await AssertFailedAsync(host, run, ErrorKinds.UserInput, ErrorCode.ModelTrainFailed, "the loss is NaN");
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var corpus = await host.QueueAsync(WorkerHost.Config with { CorpusPath = "gone.txt" });
        await AssertFailedAsync(host, corpus, ErrorKinds.UserInput, ErrorCode.DataNotFound, "gone.txt");
        var tokenizer = await host.QueueAsync(WorkerHost.Config with { TokenizerId = "deleted" });
        await AssertFailedAsync(host, tokenizer, ErrorKinds.UserInput, ErrorCode.TokenizerNotFound, "deleted");
        var start = await host.QueueAsync(WorkerHost.Config, startFrom: "models/gone/checkpoints/20");
        await AssertFailedAsync(host, start, ErrorKinds.UserInput, ErrorCode.CheckpointInvalid, "no weights");
    }

    [Fact]
    public void Every_code_is_one_of_the_API()
    {
        string[] codes = [FailureCodes.TrainingFailed, FailureCodes.DataNotFound, FailureCodes.CheckpointInvalid, FailureCodes.StoreLost];

        Assert.All(codes, code => Assert.Contains(Enum.GetValues<ErrorCode>(), known => known.WireName() == code));
    }

    private static async Task AssertFailedAsync(WorkerHost host, string run, string kind, ErrorCode code, string reason)
    {
        var stop = await host.EndOfAsync(run);
        var manifest = RunManifest.Read(host.RunFolder(run).Manifest);
        using var line = JsonDocument.Parse(File.ReadLines(host.RunFolder(run).Logs).Last());

        Assert.Equal((RunStatus.Failed, kind, code.WireName()), (stop.Status, stop.ErrorKind, stop.ErrorCode));
        Assert.Contains(reason, stop.Message, StringComparison.Ordinal);
        Assert.Equal(("failed", stop.Message, stop.ErrorCode), (manifest?.Status, manifest?.LastError, manifest?.ErrorCode));
        Assert.Equal(kind.Replace("_", "", StringComparison.Ordinal), manifest?.FailureKind?.ToString().ToUpperInvariant());
        Assert.Equal(
            ("error", stop.Message, stop.ErrorCode, kind.ToLowerInvariant()),
            (Text("level"), Text("message"), Text("error_code"), Text("failure_kind")));
        Assert.Contains(host.Store.EventsOf(run).OfType<LogWritten>(), log => log.Level == "error" && log.Message == stop.Message);
        Assert.Contains(host.Log, log => log.Contains($"{run} failed: {kind}, {code.WireName()}", StringComparison.Ordinal));

        string? Text(string member) => line.RootElement.GetProperty(member).GetString();
    }

    /// <summary>Makes the last weight of a file a NaN.</summary>
    private static void Spoil(string file)
    {
        using var stream = File.Open(file, FileMode.Open, FileAccess.Write);
        stream.Seek(-sizeof(float), SeekOrigin.End);
        stream.Write(BitConverter.GetBytes(float.NaN));
    }
}
