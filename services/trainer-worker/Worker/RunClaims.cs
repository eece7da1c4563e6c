using System.Diagnostics;
using MassTransit;
using StackExchange.Redis;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.TrainerWorker.Leases;

namespace Trainyard.TrainerWorker.Worker;

/// <summary>Something this worker may do, and has to itself while it renews the lease.</summary>
internal abstract record ClaimedWork(RunLease Lease)
{
    /// <summary>What led to it.</summary>
    public WorkCall Call { get; init; }
}

/// <summary>The call that a worker heard.</summary>
/// <param name="Trace">Its span.</param>
/// <param name="RequestId">The id of the request that made it; null when the store called by itself.</param>
internal readonly record struct WorkCall(ActivityContext Trace, string? RequestId);

/// <summary>A run this worker may train.</summary>
internal sealed record ClaimedRun(RunClaimed Claim, RunLease Lease) : ClaimedWork(Lease);

/// <summary>An evaluation this worker may make.</summary>
internal sealed record ClaimedEvaluation(EvaluationClaimed Claim, RunLease Lease) : ClaimedWork(Lease);

/// <summary>Takes a run or an evaluation: first its lease in Redis, then the word of the database.</summary>
internal sealed class RunClaims(RunLeases leases, WorkerIdentity worker, IServiceScopeFactory scopes, ILogger<RunClaims> logger)
{
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 10);

    /// <returns>Null when the run is not ours to train now. Whoever called will call again if it still has to be trained.</returns>
    public Task<ClaimedWork?> TryClaimAsync(TrainModel command, CancellationToken cancellationToken) => TryClaimAsync<RunClaimed>(
        command.RunId, command.Attempt, () => AskAsync(command.RunId, command.Attempt, cancellationToken), (claim, lease) => new ClaimedRun(claim, lease));

    /// <returns>Likewise for an evaluation.</returns>
    public Task<ClaimedWork?> TryClaimAsync(EvaluateModel command, CancellationToken cancellationToken) => TryClaimAsync<EvaluationClaimed>(
        command.EvaluationId, command.Attempt, () => AskAsync(command, cancellationToken), (claim, lease) => new ClaimedEvaluation(claim, lease));

    /// <summary>Asks the store for a run, or whether it is still ours.</summary>
    /// <returns>Null when it is refused.</returns>
    public Task<RunClaimed?> AskAsync(string runId, int attempt, CancellationToken cancellationToken) =>
        AskAsync<ClaimRun, RunClaimed>(new(runId, attempt, worker.Id), runId, cancellationToken);

    /// <summary>Likewise for an evaluation.</summary>
    public Task<EvaluationClaimed?> AskAsync(EvaluateModel command, CancellationToken cancellationToken) => AskAsync<ClaimEvaluation, EvaluationClaimed>(
        new(command.EvaluationId, command.RunId, command.Attempt, worker.Id), command.EvaluationId, cancellationToken);

    private async Task<TClaimed?> AskAsync<TClaim, TClaimed>(TClaim claim, string id, CancellationToken cancellationToken)
        where TClaim : class
        where TClaimed : class
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<TClaim>>();
        var response = await client.GetResponse<TClaimed, ClaimRefused>(claim, cancellationToken, Patience).InTimeAsync(Patience, cancellationToken);
        if (response.Is(out Response<TClaimed>? claimed))
            return claimed.Message;
        if (response.Is(out Response<ClaimRefused>? refused))
            logger.LogInformation("{Id} was refused: {Reason}", id, refused.Message.Reason);
        return null;
    }

    private async Task<ClaimedWork?> TryClaimAsync<TClaimed>(string id, int attempt, Func<Task<TClaimed?>> ask, Func<TClaimed, RunLease, ClaimedWork> claimed)
        where TClaimed : class
    {
        try
        {
            if (await leases.TryAcquireAsync(id, attempt) is not { } lease)
            {
                logger.LogInformation("{Id} has a lease already", id);
                return null;
            }
            try
            {
                if (await ask() is { } claim)
                    return claimed(claim, lease);
            }
            catch (Exception exception) when (exception is RequestException or OperationCanceledException)
            {
                logger.LogWarning(exception, "{Id} could not be claimed: the store does not answer", id);
            }
            await lease.ReleaseAsync();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning(exception, "{Id} could not be claimed: Redis does not answer", id);
        }
        return null;
    }
}
