using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Runs;

namespace Trainyard.ExperimentStore.Live;

/// <summary>A run's status after the request.</summary>
internal sealed record RunState(string RunId, RunStatus Status, string? Message);

/// <summary>
/// Mirrors run states in Redis, for programs that read them there. A key expires a week after its run ends. Keys of active runs are
/// written again before they expire, also after Redis has lost them.
/// </summary>
internal sealed class RunStates(IConnectionMultiplexer redis, ILogger<RunStates> logger)
{
    private static readonly TimeSpan Expiry = TimeSpan.FromDays(7);

    /// <summary>Writes the states of runs. Failures are only logged: the database holds the truth.</summary>
    public async Task ShowAsync(IEnumerable<RunState> states)
    {
        foreach (var state in states)
        {
            try
            {
                var keys = redis.GetDatabase();
                await keys.StringSetAsync(RedisKeys.Status(state.RunId), state.Status.Name(), Expiry);
                await keys.StringSetAsync(RedisKeys.Message(state.RunId), state.Message ?? "", Expiry);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                logger.LogWarning("Can't write the state of run {RunId} to Redis; it is written again within the hour: {Fault}",
                    state.RunId, exception.Message);
                return;
            }
        }
    }

    /// <summary>Removes a run's keys from Redis. Keys that can't be removed now expire.</summary>
    public async Task ForgetAsync(string runId)
    {
        try
        {
            await redis.GetDatabase().KeyDeleteAsync(
            [
                RedisKeys.Status(runId), RedisKeys.Message(runId),
                RedisKeys.Cancelled(runId), RedisKeys.PauseRequested(runId), RedisKeys.CheckpointRequested(runId),
            ]);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning(
                "Can't remove the keys of run {RunId} from Redis; they expire within a week: {Fault}", runId, exception.Message);
        }
    }
}
