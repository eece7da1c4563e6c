using System.Text.Json;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Events;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Trains one claimed run from its claim to the stored end of the attempt.</summary>
internal sealed class RunTrainer(
    AppPaths paths, RunClaims claims, EventDelivery delivery, TrainerChannel channel, TrainerTelemetry telemetry, IConnectionMultiplexer redis,
    IOptions<WorkerOptions> options, TimeProvider time, ILogger<RunTrainer> logger)
{
    /// <param name="run">The run, with its lease.</param>
    /// <param name="stopping">The process ends: save a checkpoint and say so.</param>
    /// <param name="givingUp">There is no time left even for that.</param>
    public async Task TrainAsync(ClaimedRun run, CancellationToken stopping, CancellationToken givingUp)
    {
        var claim = run.Claim;
        using var scope = logger.BeginScope(LogScope(run));
        using var trace = telemetry.StartRun(claim, run.Call);
        logger.LogInformation("Training {RunId}, attempt {Attempt}", claim.RunId, claim.Attempt);

        using var abandoned = new CancellationTokenSource();
        using var watched = new CancellationTokenSource();
        using var control = new TrainingControl();
        await using var interrupt = stopping.UnsafeRegister(_ => control.Stop(StopReason.Interrupted), null);
        await using var events = new RunEventQueue($"trainer/{claim.RunId}/{claim.Attempt}", options.Value.EventBuffer, DeliverAsync, time, logger);
        var reporter = new RunReporter(claim, events, channel.For(claim), trace, time);
        var watch = new RunWatch(run, redis.GetDatabase(), claims, options.Value, control, logger).WatchAsync(abandoned, watched.Token);
        try
        {
            // A thread of its own: libtorch keeps it busy for as long as the run takes.
            await Task.Factory.StartNew(
                () => Train(claim, reporter, control, abandoned.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(abandoned.Token, givingUp);
            await events.DrainAsync(enough.Token);
            RecordDropped(claim.RunId, events.Dropped);
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            logger.LogWarning("{RunId} was abandoned", claim.RunId);
            return;
        }
        finally
        {
            await watched.CancelAsync();
            await watch;
        }
        await run.Lease.ReleaseAsync();
        logger.LogInformation("{RunId} is done with attempt {Attempt}", claim.RunId, claim.Attempt);

        // A run of days would have a trace of a million spans: what its events do at the store is traced apart, and linked.
        async Task DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
        {
            using var activity = trace.StartDelivery();
            await delivery.DeliverAsync(batch, cancellationToken);
        }
    }

    private static Dictionary<string, object> LogScope(ClaimedRun run)
    {
        var scope = new Dictionary<string, object>(StringComparer.Ordinal) { ["run_id"] = run.Claim.RunId };
        if (run.Call.RequestId is { } requestId)
            scope["request_id"] = requestId;
        return scope;
    }

    private void Train(RunClaimed claim, RunReporter reporter, TrainingControl control, CancellationToken abandoned)
    {
        try
        {
            using var run = new TrainingRun(TrainingPlans.From(claim.Config), Inputs(claim), reporter.Report, time);
            reporter.Stop(run.Train(control, abandoned));
        }
        catch (Exception exception) when (!abandoned.IsCancellationRequested)
        {
            var failure = exception is TrainyardException refused
                ? new TrainingException(FailureKind.UserInput, refused.Message, refused)
                : TrainingException.From(exception);
            logger.LogError(exception, "{RunId} failed: {ErrorKind}", claim.RunId, failure.Kind);
            reporter.Fail(failure);
        }
    }

    private TrainingRunInputs Inputs(RunClaimed claim)
    {
        var tokenizer = Path.Combine(paths.Tokenizer(claim.Config.TokenizerId), "tokenizer.json");
        if (!File.Exists(tokenizer))
            throw new TrainyardException(ErrorCode.TokenizerNotFound, $"There is no tokenizer {claim.Config.TokenizerId}.");

        return new()
        {
            RunId = claim.RunId,
            Attempt = claim.Attempt,
            Folder = new RunFolder(paths.Model(claim.RunId)),
            TokenizerFile = tokenizer,
            CorpusPath = paths.ResolveCorpus(claim.Config.CorpusPath),
            ExcludedFolders = [paths.DataRoot, paths.ArtifactsRoot],
            CacheFolder = Path.Combine(paths.DataRoot, "cache", "tokens"),
            Resume = claim.Resume,
            FromStep = claim.FromStep,
            StartFromWeights = claim.StartFromPath is { } folder ? Weights(folder) : null,
            Config = JsonSerializer.SerializeToElement(claim.Config, WireJson.Options),
        };
    }

    private string Weights(string folder) =>
        ContainedPath.Resolve(paths.ArtifactsRoot, Path.Combine(folder, "model.safetensors")) is { } path && File.Exists(path)
            ? path
            : throw new TrainyardException(ErrorCode.CheckpointInvalid, $"There are no weights to start from at {folder}.");

    private void RecordDropped(string runId, long dropped)
    {
        var path = new RunFolder(paths.Model(runId)).Manifest;
        if (dropped == 0 || RunManifest.Read(path) is not { } manifest)
            return;
        logger.LogWarning("{Dropped} metric events of {RunId} were dropped because the store did not take them in time", dropped, runId);
        (manifest with { DroppedEvents = dropped }).Write(path);
    }
}
