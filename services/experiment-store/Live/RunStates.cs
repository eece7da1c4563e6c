using StackExchange.Redis;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts;

namespace Trainyard.ExperimentStore.Live;

internal sealed record RunState(string RunId, RunStatus Status, string? Message);

/// <summary>
/// Shows in Redis what state runs are in, for programs that look there. A key lasts as long as its run is at work, and a week longer: what
/// Redis forgot, or could not take, is shown again.
/// </summary>
internal sealed class RunStates(IConnectionMultiplexer redis, ILogger<RunStates> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Shows some runs' states. Redis may be away or full: nothing depends on it.</summary>
    public async Task ShowAsync(IEnumerable<RunState> states)
    {
        foreach (var state in states)
        {
            try
            {
                var keys = redis.GetDatabase();
                await keys.StringSetAsync(RedisKeys.Status(state.RunId), state.Status.Name(), Kept);
                await keys.StringSetAsync(RedisKeys.Message(state.RunId), state.Message ?? "", Kept);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                logger.LogWarning("Can't write the state of {RunId} to Redis now: {Fault}", state.RunId, exception.Message);
                return;
            }
        }
    }

    /// <summary>Removes all a run has in Redis. What Redis can't remove now goes by itself.</summary>
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
            logger.LogWarning("Can't remove the keys of {RunId} from Redis now: {Fault}", runId, exception.Message);
        }
    }
}
