using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Leases;

/// <summary>Leases of runs in Redis: a key that only one worker can set, and that expires when it isn't renewed.</summary>
internal sealed class RunLeases(IConnectionMultiplexer redis, WorkerIdentity worker, IOptions<WorkerOptions> options, TimeProvider time)
{
    private readonly TimeSpan duration = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    /// <returns>Null when somebody has it.</returns>
    public async Task<RunLease?> TryAcquireAsync(string runId, int attempt)
    {
        var lease = new RunLease(redis.GetDatabase(), RedisKeys.Heartbeat(runId), $"{worker.Id} {attempt}", duration, time);
        if (await lease.TryTakeAsync())
            return lease;
        lease.Dispose();
        return null;
    }
}

/// <summary>The right to train one run, for as long as it is renewed.</summary>
internal sealed class RunLease : IDisposable
{
    // Ours ends this much before Redis would give it to somebody else.
    private const double Margin = 0.1;

    private readonly IDatabase redis;
    private readonly RedisKey key;
    private readonly string holder;
    private readonly TimeSpan duration;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lapsed;
    private RedisValue value;
    private bool confirmed = true;

    public RunLease(IDatabase redis, RedisKey key, string holder, TimeSpan duration, TimeProvider time)
    {
        (this.redis, this.key, this.holder, this.duration, this.time) = (redis, key, holder, duration, time);
        lapsed = new(Timeout.InfiniteTimeSpan, time);
        Lapsed = lapsed.Token;
    }

    /// <summary>
    /// Cancelled once it was not renewed for so long that somebody else may soon take it, by this process's own monotonic clock: whether Redis can be
    /// reached or not.
    /// </summary>
    public CancellationToken Lapsed { get; }

    public async Task<bool> TryTakeAsync()
    {
        var (sent, taken) = (time.GetTimestamp(), (RedisValue)$"{holder} {time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)}");
        if (!await redis.StringSetAsync(key, taken, duration, When.NotExists))
            return false;
        value = taken;
        HoldFrom(sent);
        return true;
    }

    /// <summary>Renews it, as long as its value is what this worker set.</summary>
    /// <param name="isStillOurs">
    /// Asks the store, after Redis had forgotten the lease and it was taken anew: only the database knows whether somebody else had the run meanwhile.
    /// Asked at every renewal until it has answered.
    /// </param>
    /// <returns>False when the run is somebody else's.</returns>
    public async Task<bool> RenewAsync(Func<Task<bool>> isStillOurs)
    {
        var sent = time.GetTimestamp();
        // A new expiry needs no memory: a Redis that is full renews all the same.
        if (await IfOursAsync(change => change.KeyExpireAsync(key, duration)))
        {
            HoldFrom(sent);
        }
        else if (await TryTakeAsync())
        {
            confirmed = false;
        }
        else if (await redis.StringGetAsync(key) != value)
        {
            return false;
        }
        if (!confirmed)
        {
            if (!await isStillOurs())
                return false;
            confirmed = true;
        }
        return true;
    }

    /// <summary>Whether a value of the lease's key, read just now, is another holder's.</summary>
    public bool IsOthers(RedisValue read) => read.HasValue && read != value;

    public Task ReleaseAsync() => IfOursAsync(change => change.KeyDeleteAsync(key));

    public void Dispose() => lapsed.Dispose();

    private void HoldFrom(long sent)
    {
        var left = (duration * (1 - Margin)) - time.GetElapsedTime(sent);
        lapsed.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    // A transaction instead of a script: Garnet runs without Lua.
    private Task<bool> IfOursAsync(Func<ITransaction, Task> change)
    {
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(key, value));
        _ = change(transaction);
        return transaction.ExecuteAsync();
    }
}
