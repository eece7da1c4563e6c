using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Leases;

/// <summary>Leases of runs in Redis: a key that only one worker can set, and that expires unless renewed.</summary>
internal sealed class RunLeases(IConnectionMultiplexer redis, WorkerIdentity worker, IOptions<WorkerOptions> options, TimeProvider time)
{
    private readonly TimeSpan duration = options.Value.Lease;

    /// <returns>Null if another worker holds the lease.</returns>
    public async Task<RunLease?> TryAcquireAsync(string runId, int attempt)
    {
        var lease = new RunLease(redis.GetDatabase(), RedisKeys.Heartbeat(runId), $"{worker.Id} {attempt}", duration, time);
        if (await lease.TryTakeAsync())
        {
            return lease;
        }
        lease.Dispose();
        return null;
    }
}

/// <summary>The exclusive right to train a run, valid while it is renewed.</summary>
internal sealed class RunLease : IDisposable
{
    // Safety margin, as a fraction of the duration: the lease lapses here before it expires in Redis.
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
    /// Cancelled when the lease was not renewed in time and another worker may soon take it. Uses this process's monotonic clock, so it
    /// works without Redis.
    /// </summary>
    public CancellationToken Lapsed { get; }

    public async Task<bool> TryTakeAsync()
    {
        var (sent, taken) = (time.GetTimestamp(), (RedisValue)$"{holder} {time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)}");
        if (!await redis.StringSetAsync(key, taken, duration, When.NotExists))
        {
            return false;
        }
        value = taken;
        HoldFrom(sent);
        return true;
    }

    /// <summary>Renews the lease if this worker still holds it, or takes it again if Redis lost it.</summary>
    /// <param name="isStillOurs">
    /// Checks with the store after Redis lost the lease and it was taken again: only the database knows whether another worker had the run
    /// in between. Called at every renewal until it succeeds.
    /// </param>
    /// <returns>False if another worker has the run.</returns>
    public async Task<bool> RenewAsync(Func<Task<bool>> isStillOurs)
    {
        var sent = time.GetTimestamp();
        // Setting an expiry needs no memory, so it works even if Redis is full.
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
            {
                return false;
            }
            confirmed = true;
        }
        return true;
    }

    /// <summary>Whether a value read from the lease's key belongs to another holder.</summary>
    public bool IsOthers(RedisValue read) => read.HasValue && read != value;

    public Task ReleaseAsync() => IfOursAsync(change => change.KeyDeleteAsync(key));

    public void Dispose() => lapsed.Dispose();

    private void HoldFrom(long sent)
    {
        var left = (duration * (1 - Margin)) - time.GetElapsedTime(sent);
        lapsed.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    // A transaction instead of a script, because Garnet runs without Lua.
    private Task<bool> IfOursAsync(Func<ITransaction, Task> change)
    {
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(key, value));
        _ = change(transaction);
        return transaction.ExecuteAsync();
    }
}
