using System.Diagnostics;
using MassTransit;
using StackExchange.Redis;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.TrainerWorker.Leases;

namespace Trainyard.TrainerWorker.Worker;

/// <summary>Work that belongs to this worker while it renews the lease.</summary>
internal abstract record ClaimedWork(RunLease Lease)
{
    /// <summary>The message that triggered it.</summary>
    public WorkCall Call { get; init; }
}

/// <summary>The message that triggered a worker.</summary>
/// <param name="Trace">The message's span.</param>
/// <param name="RequestId">The id of the request that caused the message; null if the store sent it by itself.</param>
internal readonly record struct WorkCall(ActivityContext Trace, string? RequestId);

/// <summary>A run this worker may train.</summary>
internal sealed record ClaimedRun(RunClaimed Claim, RunLease Lease) : ClaimedWork(Lease);

/// <summary>An evaluation this worker may run.</summary>
internal sealed record ClaimedEvaluation(EvaluationClaimed Claim, RunLease Lease) : ClaimedWork(Lease);

/// <summary>Claims a run or an evaluation: first its lease in Redis, then the claim in the database.</summary>
internal sealed class RunClaims(RunLeases leases, WorkerIdentity worker, IServiceScopeFactory scopes, ILogger<RunClaims> logger)
{
    private static readonly RequestTimeout ClaimTimeout = RequestTimeout.After(s: 10);

    /// <returns>Null if the run can't be claimed now. The store sends the message again if the run still has to be trained.</returns>
    public Task<ClaimedWork?> TryClaimAsync(TrainModel command, CancellationToken cancellationToken) => TryClaimAsync<RunClaimed>(
        command.RunId,
        command.Attempt,
        () => AskAsync(command.RunId, command.Attempt, cancellationToken),
        (claim, lease) => new ClaimedRun(claim, lease));

    /// <returns>Null if the evaluation can't be claimed now.</returns>
    public Task<ClaimedWork?> TryClaimAsync(EvaluateModel command, CancellationToken cancellationToken) =>
        TryClaimAsync<EvaluationClaimed>(
            command.EvaluationId,
            command.Attempt,
            () => AskAsync(command, cancellationToken),
            (claim, lease) => new ClaimedEvaluation(claim, lease));

    /// <summary>Claims a run at the store, or checks that it is still claimed by this worker.</summary>
    /// <returns>Null if the store refuses.</returns>
    public Task<RunClaimed?> AskAsync(string runId, int attempt, CancellationToken cancellationToken) =>
        AskAsync<ClaimRun, RunClaimed>(new(runId, attempt, worker.Id), runId, cancellationToken);

    /// <summary>Claims an evaluation at the store, or checks that it is still claimed by this worker.</summary>
    /// <returns>Null if the store refuses.</returns>
    public Task<EvaluationClaimed?> AskAsync(EvaluateModel command, CancellationToken cancellationToken) =>
        AskAsync<ClaimEvaluation, EvaluationClaimed>(
            new(command.EvaluationId, command.RunId, command.Attempt, worker.Id), command.EvaluationId, cancellationToken);

    private async Task<TClaimed?> AskAsync<TClaim, TClaimed>(TClaim claim, string id, CancellationToken cancellationToken)
        where TClaim : class
        where TClaimed : class
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<TClaim>>();
        var response = await client.GetResponse<TClaimed, ClaimRefused>(claim, cancellationToken, ClaimTimeout)
            .InTimeAsync(ClaimTimeout, cancellationToken);
        if (response.Is(out Response<TClaimed>? claimed))
        {
            return claimed.Message;
        }
        if (response.Is(out Response<ClaimRefused>? refused))
        {
            logger.LogInformation("The store refused the claim of {Id}: {Reason}", id, refused.Message.Reason);
        }
        return null;
    }

    private async Task<ClaimedWork?> TryClaimAsync<TClaimed>(
        string id, int attempt, Func<Task<TClaimed?>> ask, Func<TClaimed, RunLease, ClaimedWork> claimed)
        where TClaimed : class
    {
        try
        {
            if (await leases.TryAcquireAsync(id, attempt) is not { } lease)
            {
                logger.LogInformation("Another worker holds the lease of {Id}", id);
                return null;
            }
            try
            {
                if (await ask() is { } claim)
                {
                    return claimed(claim, lease);
                }
            }
            catch (Exception exception) when (exception is RequestException or OperationCanceledException)
            {
                logger.LogWarning(exception, "Could not claim {Id}: the store does not respond", id);
            }
            await lease.ReleaseAsync();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning(exception, "Could not claim {Id}: Redis does not respond", id);
        }
        return null;
    }
}
