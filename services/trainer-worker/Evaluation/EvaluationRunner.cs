using System.Diagnostics;
using MassTransit;
using Polly;
using Trainyard.Contracts.Evaluation;
using Trainyard.Models.Evaluation;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.Retries;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Training;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Evaluation;

/// <summary>Runs a claimed evaluation until its result is stored.</summary>
internal sealed class EvaluationRunner(
    EvaluationLease leases,
    StagedEvaluations staged,
    ComputeProcesses processes,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<EvaluationRunner> logger)
{
    private static readonly RequestTimeout StoreTimeout = RequestTimeout.After(s: 30);

    /// <param name="evaluation">The evaluation, with its lease.</param>
    /// <param name="stopping">Cancelled on shutdown: the evaluation is left to another worker.</param>
    public async Task EvaluateAsync(ClaimedEvaluation evaluation, CancellationToken stopping)
    {
        var claim = evaluation.Claim;
        using var scope = logger.BeginScope(new Dictionary<string, object>(StringComparer.Ordinal) { ["run_id"] = claim.RunId });
        logger.LogInformation("Evaluating {RunId} as {EvaluationId}, attempt {Attempt}", claim.RunId, claim.EvaluationId, claim.Attempt);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var watched = new CancellationTokenSource();
        var watch = leases.KeepAsync(evaluation, enough, watched.Token);
        try
        {
            var (ended, report) = await ComputeAsync(claim, enough.Token);
            if (report is null)
            {
                await StoreAsync(ended, enough.Token);
                return;
            }
            var result = new StagedEvaluation(ended, report);
            staged.Add(result);
            await StoreAndPublishAsync(result, enough.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            logger.LogWarning("Abandoned {EvaluationId}: another worker can take it", claim.EvaluationId);
        }
        finally
        {
            await watched.CancelAsync();
            await watch;
            await evaluation.Lease.ReleaseAsync();
        }
    }

    /// <summary>Stores and publishes the results of workers that died before they had done so.</summary>
    public async Task RecoverAsync(CancellationToken stopping)
    {
        foreach (var result in staged.Left())
        {
            try
            {
                await StoreAndPublishAsync(result, stopping);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning(
                    "The files of {EvaluationId} could not be written; the next idle worker tries again: {Fault}",
                    result.Ended.EvaluationId, exception.Message);
            }
        }
    }

    private async Task StoreAndPublishAsync(StagedEvaluation result, CancellationToken cancellationToken)
    {
        var ended = result.Ended;
        if (await StoreAsync(ended, cancellationToken))
        {
            // The result is stored, so no other worker will write these files.
            staged.Publish(result);
            logger.LogInformation("Completed {EvaluationId}: {Message}", ended.EvaluationId, ended.Message);
        }
        else
        {
            staged.Remove(ended);
            logger.LogWarning("Discarded {EvaluationId}: another worker has completed it", ended.EvaluationId);
        }
    }

    private async Task<(EvaluationEnded Ended, EvaluationReport? Report)> ComputeAsync(
        EvaluationClaimed claim, CancellationToken cancellation)
    {
        try
        {
            await using var computer = await processes.ForTraining.UseAsync(cancellation);
            var result = await computer.CallAsync(process => process.EvaluateAsync(claim, cancellation), cancellation);
            if (result.Report is { } report)
            {
                return (EvaluationOutcome.Of(claim, report, time.GetUtcNow()), report);
            }
            return Failed(result.Failure ?? throw new UnreachableException("An evaluation ends with a report or a failure."));
        }
        catch (ComputeEndedException exception)
        {
            return Failed(ComputeFailure.Of(exception));
        }

        (EvaluationEnded Ended, EvaluationReport? Report) Failed(ComputeFailure failure)
        {
            var cause = failure.ToException();
            logger.LogError(
                "{EvaluationId} failed: {ErrorKind}, {ErrorCode}, {Reason}\n{Detail}",
                claim.EvaluationId, cause.ErrorKind(), cause.Code, cause.Message, failure.Detail);
            return (EvaluationOutcome.Of(claim, cause, time.GetUtcNow()), null);
        }
    }

    /// <summary>Sends the result until the store confirms it. Sending it twice is harmless.</summary>
    /// <returns>Whether the store accepted the result.</returns>
    private async Task<bool> StoreAsync(EvaluationEnded ended, CancellationToken cancellationToken)
    {
        var retry = new DoublingRetry(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10))
        {
            ShouldHandle = new PredicateBuilder().Handle<RequestException>(),
            OnRetry = failed =>
            {
                logger.LogWarning(failed.Outcome.Exception,
                    "The result of {EvaluationId} could not be stored; retrying in {Pause}", ended.EvaluationId, failed.RetryDelay);
                return default;
            },
        };
        return await retry.ToPipeline(time).ExecuteAsync(async token =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var client = scope.ServiceProvider.GetRequiredService<IRequestClient<EvaluationEnded>>();
            var response = await client.GetResponse<EvaluationRecorded>(ended, token, StoreTimeout).InTimeAsync(StoreTimeout, token);
            return response.Message.Counts;
        }, cancellationToken);
    }
}
