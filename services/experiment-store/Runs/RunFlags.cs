using StackExchange.Redis;
using Trainyard.Contracts;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>
/// What a trainer reads between steps, in Redis. The database remembers what was asked, and the reconciler sets a flag that
/// got lost again.
/// </summary>
internal sealed class RunFlags(IConnectionMultiplexer redis, ILogger<RunFlags> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <returns>False when Redis does not answer.</returns>
    public Task<bool> AskAsync(string runId, RunRequest request) =>
        TryAsync(runId, database => database.StringSetAsync(Key(runId, request), "1", Kept));

    public Task<bool> AskForCheckpointAsync(string runId) =>
        TryAsync(runId, database => database.StringSetAsync(RedisKeys.CheckpointRequested(runId), "1", Kept));

    public Task<bool> ClearAsync(string runId) => TryAsync(runId, database => database.KeyDeleteAsync(
        [RedisKeys.Cancelled(runId), RedisKeys.PauseRequested(runId), RedisKeys.CheckpointRequested(runId)]));

    /// <summary>Which of these runs have no lease; null when Redis does not answer, and nothing is known.</summary>
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
            logger.LogWarning("Can't read leases, so no run is declared abandoned: {Fault}", exception.Message);
            return null;
        }
    }

    private static string Key(string runId, RunRequest request) => request is RunRequest.Cancel ? RedisKeys.Cancelled(runId) : RedisKeys.PauseRequested(runId);

    private async Task<bool> TryAsync(string runId, Func<IDatabase, Task> change)
    {
        try
        {
            await change(redis.GetDatabase());
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning("Can't change the flags of {RunId} now: {Fault}", runId, exception.Message);
            return false;
        }
    }
}
