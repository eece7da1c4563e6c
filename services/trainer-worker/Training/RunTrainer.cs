using System.Text.Json;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Training;
using Trainyard.FilePaths;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TensorBoard;
using Trainyard.TrainerWorker.Events;
using Trainyard.TrainerWorker.TensorBoard;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Trains a claimed run until the end of the attempt is stored.</summary>
internal sealed class RunTrainer(
    AppPaths paths,
    RunClaims claims,
    EventDelivery delivery,
    TrainerChannel channel,
    RunBoards boards,
    TrainerTelemetry telemetry,
    WorkerIdentity worker,
    IConnectionMultiplexer redis,
    ComputeThread compute,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<RunTrainer> logger)
{
    /// <param name="run">The run, with its lease.</param>
    /// <param name="stopping">Cancelled on shutdown: save a checkpoint and report the interruption.</param>
    /// <param name="givingUp">Cancelled when the shutdown timeout expires.</param>
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
        await using var events = new RunEventQueue(
            $"trainer/{claim.RunId}/{claim.Attempt}", sender, options.Value.EventBuffer, DeliverAsync, time, logger);
        await using var board = boards.For(claim);
        var reporter = new RunReporter(claim, events, files.Publish, channel.For(claim), board, trace, time);
        var watch = new RunWatch(run, redis.GetDatabase(), claims, options.Value, control, logger).WatchAsync(abandoned, watched.Token);
        try
        {
            var end = await compute.RunAsync(() => Train(claim, reporter, files, control, abandoned.Token));
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(abandoned.Token, givingUp);
            // Store and publish everything before reporting the end.
            await events.DrainAsync(enough.Token);
            LogDropped(claim.RunId, events.Dropped);
            files.Close(events.Dropped);
            if (board is not null)
            {
                await board.EndAsync(end.FinalStatus);
            }
            end.Report();
            await events.DrainAsync(enough.Token);
        }
        catch (Exception exception) when (abandoned.IsCancellationRequested || exception is AttemptOverException)
        {
            logger.LogWarning("Abandoned {RunId}: attempt {Attempt} no longer belongs to this worker", claim.RunId, claim.Attempt);
            return;
        }
        finally
        {
            await watched.CancelAsync();
            await watch;
        }
        await run.Lease.ReleaseAsync();
        logger.LogInformation("Finished {RunId}, attempt {Attempt}", claim.RunId, claim.Attempt);

        // Deliveries have separate, linked traces: in the run's trace they would add up to a million spans over days.
        async Task DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
        {
            using var activity = trace.StartDelivery();
            var stored = await delivery.DeliverAsync(batch, cancellationToken);
            if (stored.Refused > 0 || (stored.Repeated > 0 && !files.IsClosed && await IsOverAsync(cancellationToken)))
            {
                await abandoned.CancelAsync();
                throw new AttemptOverException("The store accepts no more events of this attempt.");
            }
        }

        async Task<bool> IsOverAsync(CancellationToken cancellationToken) =>
            await claims.AskAsync(claim.RunId, claim.Attempt, cancellationToken) is null;
    }

    private static Dictionary<string, object> LogScope(ClaimedRun run)
    {
        var scope = new Dictionary<string, object>(StringComparer.Ordinal) { ["run_id"] = run.Claim.RunId };
        if (run.Call.RequestId is { } requestId)
        {
            scope["request_id"] = requestId;
        }
        return scope;
    }

    private AttemptEnd Train(RunClaimed claim, RunReporter reporter, RunFiles files, TrainingControl control, CancellationToken abandoned)
    {
        try
        {
            var plan = TrainingPlans.From(claim.Config);
            var (inputs, refusal) = Resolve(claim, reporter);
            var run = new TrainingRun(plan, inputs, reporter.Report, time);
            files.Open(run);
            if (refusal is not null)
            {
                throw run.Fail(new TrainingException(FailureKind.UserInput, refusal.Message, refusal));
            }
            var result = run.Train(control, abandoned);
            return new(() => reporter.Stop(result), result.Stopped switch
            {
                null => HyperparameterStatus.Success,
                StopReason.Cancelled => HyperparameterStatus.Failure,
                _ => null,
            });
        }
        catch (Exception exception) when (!abandoned.IsCancellationRequested && exception is not AttemptOverException)
        {
            var failure = exception is TrainyardException refused
                ? new TrainingException(FailureKind.UserInput, refused.Message, refused)
                : TrainingException.From(exception);
            var known = exception as TrainyardException ?? exception.InnerException as TrainyardException;
            var code = known?.Code ?? ErrorCode.ModelTrainFailed;
            logger.LogError(exception, "{RunId} failed: {ErrorCode}, {Reason}", claim.RunId, code.WireName(), failure.Message);
            return new(() => reporter.Fail(failure), reporter.MayBeRetried(failure) ? null : HyperparameterStatus.Failure);
        }
    }

    /// <returns>The inputs, and the reason if the run can't start. Such a run still gets a folder that records the failure.</returns>
    private (TrainingRunInputs Inputs, TrainyardException? Refusal) Resolve(RunClaimed claim, RunReporter reporter)
    {
        var inputs = new TrainingRunInputs
        {
            RunId = claim.RunId,
            Attempt = claim.Attempt,
            Folder = new RunFolder(paths.Model(claim.RunId)),
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
            var pretrained = PretrainedFolders.Resolve(paths, claim.Config);
            return (inputs with
            {
                TokenizerFile = Tokenizer(claim, inputs.Folder, pretrained),
                PretrainedFolder = pretrained,
                CorpusPath = paths.ResolveCorpus(claim.Config.CorpusPath),
                StartFromWeights = claim.StartFromPath is { } folder ? Weights(folder) : null,
            }, null);
        }
        catch (TrainyardException refusal)
        {
            return (inputs, refusal);
        }
    }

    // A resumed run uses its own copy, so that it survives deletion of the tokenizer.
    private string? Tokenizer(RunClaimed claim, RunFolder folder, string? pretrained)
    {
        if (!claim.Traits().IsLanguageModel)
        {
            return null;
        }
        if (claim.Resume && File.Exists(folder.Tokenizer))
        {
            return folder.Tokenizer;
        }
        if (pretrained is not null && claim.Config.TokenizerId.Length == 0)
        {
            return PretrainedFolders.Tokenizer(paths, pretrained);
        }
        var tokenizer = Path.Combine(paths.Tokenizer(claim.Config.TokenizerId), "tokenizer.json");
        return File.Exists(tokenizer)
            ? tokenizer
            : throw new TrainyardException(ErrorCode.TokenizerNotFound, $"There is no tokenizer {claim.Config.TokenizerId}.");
    }

    private string Weights(string folder) =>
        ContainedPath.Resolve(paths.ArtifactsRoot, Path.Combine(folder, CheckpointStore.WeightsFile)) is { } path && File.Exists(path)
            ? path
            : throw new TrainyardException(ErrorCode.CheckpointInvalid, $"There are no weights to start from at {folder}.");

    /// <summary>The end of an attempt.</summary>
    /// <param name="Report">Reports it to the store.</param>
    /// <param name="FinalStatus">What TensorBoard shows; null if another attempt may follow.</param>
    private sealed record AttemptEnd(Action Report, HyperparameterStatus? FinalStatus);

    private void LogDropped(string runId, long dropped)
    {
        if (dropped > 0)
        {
            logger.LogWarning(
                "Dropped {Dropped} metric events of {RunId}: the store was unavailable for too long (TRAINER__EVENT_BUFFER)",
                dropped, runId);
        }
    }
}
