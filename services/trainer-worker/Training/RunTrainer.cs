using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;
using Trainyard.TensorBoard;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Events;
using Trainyard.TrainerWorker.TensorBoard;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Trains a claimed run until the end of the attempt is stored.</summary>
internal sealed class RunTrainer(
    RunClaims claims,
    EventDelivery delivery,
    RunAnnouncers announcers,
    RunBoards boards,
    TrainerTelemetry telemetry,
    WorkerIdentity worker,
    IConnectionMultiplexer redis,
    ComputeProcesses processes,
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
        var control = new RunControl();
        await using var interrupt = stopping.UnsafeRegister(_ => control.Stop(StopReason.Interrupted), null);
        var files = new RunFiles(logger);
        var sender = new EventSender(Worker: new(worker.Id, claim.RunId, claim.Attempt));
        await using var events = new RunEventQueue(
            $"trainer/{claim.RunId}/{claim.Attempt}", sender, options.Value.EventBuffer, DeliverAsync, time, logger);
        await using var board = boards.For(claim);
        var reporter = new RunReporter(claim, events, files.PublishAsync, announcers.For(claim), board, trace, time);
        var watch = new RunWatch(run, redis.GetDatabase(), claims, options.Value, control, logger).WatchAsync(abandoned, watched.Token);
        try
        {
            await using var computer = await processes.ForTraining.UseAsync(abandoned.Token);
            files.Begin(computer);
            var training = TrainAsync(computer, claim, reporter, abandoned.Token);
            control.Begin(computer);
            var end = End(claim, await training, reporter);
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(abandoned.Token, givingUp);
            // Store and publish everything before reporting the end.
            await computer.WaitAsync(events.DrainAsync(enough.Token));
            LogDropped(claim.RunId, events.Dropped);
            if (await files.CloseAsync(events.Dropped) is { } fault)
            {
                // Without its last files a run has not ended well, and is tried again.
                end = Failed(claim.RunId, fault, reporter);
            }
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

    private static async Task<TrainingOutcome> TrainAsync(
        ComputeUse computer, RunClaimed claim, RunReporter reporter, CancellationToken abandoned)
    {
        var observer = new TrainingObserver(reporter);
        try
        {
            return await computer.CallAsync(process => process.TrainAsync(claim, observer, abandoned), abandoned);
        }
        catch (ComputeEndedException ended) when (!abandoned.IsCancellationRequested)
        {
            await computer.ReplaceAsync(abandoned);
            return await RecordAsync(computer, claim, ComputeFailure.Of(ended), observer, abandoned);
        }
    }

    private static async Task<TrainingOutcome> RecordAsync(
        ComputeUse computer, RunClaimed claim, ComputeFailure failure, TrainingObserver observer, CancellationToken abandoned)
    {
        try
        {
            return await computer.CallAsync(process => process.RecordFailureAsync(claim, failure, observer), abandoned);
        }
        catch (ComputeEndedException) when (!abandoned.IsCancellationRequested)
        {
            // A plugin that ends the process when it is loaded ends this one too.
            await computer.ReplaceAsync(abandoned);
            return new(Result: null, failure);
        }
    }

    private AttemptEnd End(RunClaimed claim, TrainingOutcome outcome, RunReporter reporter)
    {
        switch (outcome)
        {
            case { Result: { } result }:
                return new(() => reporter.Stop(result), result.Stopped switch
                {
                    null => HyperparameterStatus.Success,
                    StopReason.Cancelled => HyperparameterStatus.Failure,
                    _ => null,
                });
            case { Failure: { } failure }:
                return Failed(claim.RunId, failure, reporter);
            default:
                throw new AttemptOverException("Another attempt has the run.");
        }
    }

    private AttemptEnd Failed(string runId, ComputeFailure failure, RunReporter reporter)
    {
        var cause = failure.ToException();
        logger.LogError(
            "{RunId} failed: {ErrorKind}, {ErrorCode}, {Reason}\n{Detail}",
            runId, cause.ErrorKind(), cause.Code, cause.Message, failure.Detail);
        return new(() => reporter.Fail(cause), reporter.MayBeRetried(cause) ? null : HyperparameterStatus.Failure);
    }

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
