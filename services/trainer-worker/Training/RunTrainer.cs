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
    AppPaths paths, RunClaims claims, EventDelivery delivery, TrainerChannel channel, TrainerTelemetry telemetry, WorkerIdentity worker, IConnectionMultiplexer redis,
    ComputeThread compute, IOptions<WorkerOptions> options, TimeProvider time, ILogger<RunTrainer> logger)
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

        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(run.Lease.Lapsed);
        using var watched = new CancellationTokenSource();
        using var control = new TrainingControl();
        await using var interrupt = stopping.UnsafeRegister(_ => control.Stop(StopReason.Interrupted), null);
        using var files = new RunFiles();
        var sender = new EventSender(Worker: new(worker.Id, claim.RunId, claim.Attempt));
        await using var events = new RunEventQueue($"trainer/{claim.RunId}/{claim.Attempt}", sender, options.Value.EventBuffer, DeliverAsync, time, logger);
        var reporter = new RunReporter(claim, events, files.Publish, channel.For(claim), trace, time);
        var watch = new RunWatch(run, redis.GetDatabase(), claims, options.Value, control, logger).WatchAsync(abandoned, watched.Token);
        try
        {
            var end = await compute.RunAsync(() => Train(claim, reporter, files, control, abandoned.Token));
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(abandoned.Token, givingUp);
            // First all it leaves is stored and published, then it has ended.
            await events.DrainAsync(enough.Token);
            LogDropped(claim.RunId, events.Dropped);
            files.Close(events.Dropped);
            end();
            await events.DrainAsync(enough.Token);
        }
        catch (Exception exception) when (abandoned.IsCancellationRequested || exception is AttemptOverException)
        {
            logger.LogWarning("{RunId} was abandoned: attempt {Attempt} is this worker's no more", claim.RunId, claim.Attempt);
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
            var stored = await delivery.DeliverAsync(batch, cancellationToken);
            if (stored.Refused > 0 || (stored.Repeated > 0 && !files.IsClosed && await claims.AskAsync(claim.RunId, claim.Attempt, cancellationToken) is null))
            {
                await abandoned.CancelAsync();
                throw new AttemptOverException("The store takes no more events of this attempt.");
            }
        }
    }

    private static Dictionary<string, object> LogScope(ClaimedRun run)
    {
        var scope = new Dictionary<string, object>(StringComparer.Ordinal) { ["run_id"] = run.Claim.RunId };
        if (run.Call.RequestId is { } requestId)
            scope["request_id"] = requestId;
        return scope;
    }

    /// <returns>Says how it ended.</returns>
    private Action Train(RunClaimed claim, RunReporter reporter, RunFiles files, TrainingControl control, CancellationToken abandoned)
    {
        try
        {
            var plan = TrainingPlans.From(claim.Config);
            var (inputs, refusal) = Resolve(claim, reporter);
            var run = new TrainingRun(plan, inputs, reporter.Report, time);
            files.Open(run);
            if (refusal is not null)
                throw run.Fail(new TrainingException(FailureKind.UserInput, refusal.Message, refusal));
            var result = run.Train(control, abandoned);
            return () => reporter.Stop(result);
        }
        catch (Exception exception) when (!abandoned.IsCancellationRequested && exception is not AttemptOverException)
        {
            var failure = exception is TrainyardException refused
                ? new TrainingException(FailureKind.UserInput, refused.Message, refused)
                : TrainingException.From(exception);
            var code = (exception as TrainyardException ?? exception.InnerException as TrainyardException)?.Code ?? ErrorCode.ModelTrainFailed;
            logger.LogError(exception, "{RunId} failed: {ErrorCode}, {Reason}", claim.RunId, code.WireName(), failure.Message);
            return () => reporter.Fail(failure);
        }
    }

    /// <returns>What to train with, or why the run can't begin: it still gets a folder that says so.</returns>
    private (TrainingRunInputs Inputs, TrainyardException? Refusal) Resolve(RunClaimed claim, RunReporter reporter)
    {
        var inputs = new TrainingRunInputs
        {
            RunId = claim.RunId,
            Attempt = claim.Attempt,
            Folder = new RunFolder(paths.Model(claim.RunId)),
            TokenizerFile = "",
            CorpusPath = "",
            Corpus = paths.CorpusOptions(claim.Config),
            CacheFolder = Path.Combine(paths.DataRoot, "cache", "tokens"),
            PublishLater = true,
            Undelivered = reporter.Undelivered,
            Resume = claim.Resume,
            FromStep = claim.FromStep,
            Config = JsonSerializer.SerializeToElement(claim.Config, WireJson.Options),
        };
        try
        {
            return (inputs with
            {
                TokenizerFile = Tokenizer(claim, inputs.Folder),
                CorpusPath = paths.ResolveCorpus(claim.Config.CorpusPath),
                StartFromWeights = claim.StartFromPath is { } folder ? Weights(folder) : null,
            }, null);
        }
        catch (TrainyardException refusal)
        {
            return (inputs, refusal);
        }
    }

    // A run keeps a copy: it goes on though its tokenizer is deleted or made anew.
    private string Tokenizer(RunClaimed claim, RunFolder folder)
    {
        if (claim.Resume && File.Exists(folder.Tokenizer))
            return folder.Tokenizer;
        var tokenizer = Path.Combine(paths.Tokenizer(claim.Config.TokenizerId), "tokenizer.json");
        return File.Exists(tokenizer)
            ? tokenizer
            : throw new TrainyardException(ErrorCode.TokenizerNotFound, $"There is no tokenizer {claim.Config.TokenizerId}.");
    }

    private string Weights(string folder) =>
        ContainedPath.Resolve(paths.ArtifactsRoot, Path.Combine(folder, "model.safetensors")) is { } path && File.Exists(path)
            ? path
            : throw new TrainyardException(ErrorCode.CheckpointInvalid, $"There are no weights to start from at {folder}.");

    private void LogDropped(string runId, long dropped)
    {
        if (dropped > 0)
            logger.LogWarning("{Dropped} metric events of {RunId} were dropped because the store did not take them in time", dropped, runId);
    }
}
