using MassTransit;
using StackExchange.Redis;
using Trainyard.Contracts.Training;
using Trainyard.TrainerWorker.Leases;

namespace Trainyard.TrainerWorker.Worker;

/// <summary>A run this worker may train.</summary>
internal sealed record ClaimedRun(RunClaimed Claim, RunLease Lease);

/// <summary>Takes a run: first its lease in Redis, then the word of the database.</summary>
internal sealed class RunClaims(RunLeases leases, WorkerIdentity worker, IServiceScopeFactory scopes, ILogger<RunClaims> logger)
{
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 10);

    /// <returns>Null when the run is not ours to train now. Whoever called will call again if it still has to be trained.</returns>
    public async Task<ClaimedRun?> TryClaimAsync(TrainModel command, CancellationToken cancellationToken)
    {
        try
        {
            if (await leases.TryAcquireAsync(command.RunId, command.Attempt) is not { } lease)
            {
                logger.LogInformation("{RunId} has a lease already", command.RunId);
                return null;
            }
            return await ClaimAsync(command, lease, cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning(exception, "{RunId} could not be claimed: Redis does not answer", command.RunId);
            return null;
        }
    }

    /// <summary>Asks the store for a run, or whether it is still ours.</summary>
    /// <returns>Null when it is refused.</returns>
    public async Task<RunClaimed?> AskAsync(string runId, int attempt, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<ClaimRun>>();
        var response = await client.GetResponse<RunClaimed, ClaimRefused>(new ClaimRun(runId, attempt, worker.Id), cancellationToken, Patience);
        if (response.Is(out Response<RunClaimed>? claimed))
            return claimed.Message;
        if (response.Is(out Response<ClaimRefused>? refused))
            logger.LogInformation("{RunId} was refused: {Reason}", runId, refused.Message.Reason);
        return null;
    }

    private async Task<ClaimedRun?> ClaimAsync(TrainModel command, RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (await AskAsync(command.RunId, command.Attempt, cancellationToken) is { } claimed)
                return new(claimed, lease);
        }
        catch (Exception exception) when (exception is RequestException or OperationCanceledException)
        {
            logger.LogWarning(exception, "{RunId} could not be claimed: the store does not answer", command.RunId);
        }
        await lease.ReleaseAsync();
        return null;
    }
}
