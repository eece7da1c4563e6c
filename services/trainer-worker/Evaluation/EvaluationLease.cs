using MassTransit;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts.Evaluation;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Evaluation;

/// <summary>Renews the lease of an evaluation while it runs.</summary>
internal sealed class EvaluationLease(RunClaims claims, IOptions<WorkerOptions> options, ILogger<EvaluationLease> logger)
{
    /// <summary>Runs until done or until the lease is lost, in which case it cancels <paramref name="enough"/>.</summary>
    public async Task KeepAsync(ClaimedEvaluation evaluation, CancellationTokenSource enough, CancellationToken done)
    {
        using var timer = new PeriodicTimer(options.Value.RenewEvery);
        await using var lapse = evaluation.Lease.Lapsed.UnsafeRegister(_ => enough.Cancel(), null);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
            {
                if (!await RenewAsync(evaluation, done))
                {
                    logger.LogWarning("Lost the lease of {EvaluationId}: the evaluation is abandoned", evaluation.Claim.EvaluationId);
                    await enough.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            logger.LogDebug("Stopped renewing the lease of {EvaluationId}", evaluation.Claim.EvaluationId);
        }
    }

    private async Task<bool> RenewAsync(ClaimedEvaluation evaluation, CancellationToken cancellationToken)
    {
        var claim = evaluation.Claim;
        try
        {
            var command = new EvaluateModel(claim.EvaluationId, claim.RunId, claim.Attempt);
            return await evaluation.Lease.RenewAsync(async () => await claims.AskAsync(command, cancellationToken) is not null);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or RequestException)
        {
            logger.LogWarning("Could not renew the lease of {EvaluationId}, will retry: {Fault}", claim.EvaluationId, exception.Message);
            return true;
        }
    }
}
