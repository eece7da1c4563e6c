using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Leases;

/// <summary>What became of a lease when it was to be renewed.</summary>
internal enum LeaseState
{
    Held,

    /// <summary>It had expired or Redis had forgotten it, and was taken anew.</summary>
    TakenAgain,

    /// <summary>Another worker holds it.</summary>
    Lost,
}

/// <summary>Leases of runs in Redis: a key that only one worker can set, and that expires when it isn't set again.</summary>
internal sealed class RunLeases(IConnectionMultiplexer redis, WorkerIdentity worker, IOptions<WorkerOptions> options, TimeProvider time)
{
    private readonly TimeSpan duration = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    /// <returns>Null when somebody has it.</returns>
    public async Task<RunLease?> TryAcquireAsync(string runId, int attempt)
    {
        var lease = new RunLease(redis.GetDatabase(), RedisKeys.Heartbeat(runId), $"{worker.Id} {attempt} ", duration, time);
        return await lease.TryTakeAsync() ? lease : null;
    }
}

/// <summary>The right to train one run, for as long as it is renewed.</summary>
internal sealed class RunLease(IDatabase redis, RedisKey key, string holder, TimeSpan duration, TimeProvider time)
{
    public Task<bool> TryTakeAsync() => redis.StringSetAsync(key, Value(), duration, When.NotExists);

    public async Task<LeaseState> RenewAsync()
    {
        var current = await redis.StringGetAsync(key);
        if (IsOurs(current) && await IfUnchangedAsync(current, change => change.StringSetAsync(key, Value(), duration)))
            return LeaseState.Held;
        if (await TryTakeAsync())
            return LeaseState.TakenAgain;
        return IsOurs(await redis.StringGetAsync(key)) ? LeaseState.Held : LeaseState.Lost;
    }

    public async Task ReleaseAsync()
    {
        var current = await redis.StringGetAsync(key);
        if (IsOurs(current))
            await IfUnchangedAsync(current, change => change.KeyDeleteAsync(key));
    }

    // A transaction instead of a script: Garnet runs without Lua.
    private Task<bool> IfUnchangedAsync(RedisValue value, Func<ITransaction, Task> change)
    {
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(key, value));
        _ = change(transaction);
        return transaction.ExecuteAsync();
    }

    private bool IsOurs(RedisValue value) => value.HasValue && value.ToString().StartsWith(holder, StringComparison.Ordinal);

    private string Value() => holder + time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
}
