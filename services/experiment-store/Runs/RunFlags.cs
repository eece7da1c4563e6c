using StackExchange.Redis;
using Trainyard.Contracts;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>
/// Flags in Redis that a trainer reads between steps. The database holds the requests, and the reconciler restores flags that Redis
/// has lost.
/// </summary>
internal sealed class RunFlags(IConnectionMultiplexer redis, ILogger<RunFlags> logger)
{
    private static readonly TimeSpan Expiry = TimeSpan.FromDays(7);

    /// <returns>False if Redis doesn't answer.</returns>
    public Task<bool> AskAsync(string runId, RunRequest request) =>
        TryAsync(runId, database => database.StringSetAsync(Key(runId, request), "1", Expiry));

    public Task<bool> AskForCheckpointAsync(string runId) =>
        TryAsync(runId, database => database.StringSetAsync(RedisKeys.CheckpointRequested(runId), "1", Expiry));

    public Task<bool> ClearAsync(string runId) => TryAsync(runId, database => database.KeyDeleteAsync(
        [RedisKeys.Cancelled(runId), RedisKeys.PauseRequested(runId), RedisKeys.CheckpointRequested(runId)]));

    /// <summary>The runs without a lease, or null if Redis doesn't answer.</summary>
    public async Task<HashSet<string>?> WithoutLeaseAsync(IReadOnlyList<string> runIds)
    {
        try
        {
            var database = redis.GetDatabase();
            var held = await Task.WhenAll(runIds.Select(runId => database.KeyExistsAsync(RedisKeys.Heartbeat(runId))));
            return runIds.Where((_, index) => !held[index]).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning("Can't read leases from Redis. Until it answers, no run counts as abandoned: {Fault}", exception.Message);
            return null;
        }
    }

    private static string Key(string runId, RunRequest request) =>
        request is RunRequest.Cancel ? RedisKeys.Cancelled(runId) : RedisKeys.PauseRequested(runId);

    private async Task<bool> TryAsync(string runId, Func<IDatabase, Task> change)
    {
        try
        {
            await change(redis.GetDatabase());
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning("Can't change the flags of run {RunId} in Redis now: {Fault}", runId, exception.Message);
            return false;
        }
    }
}
