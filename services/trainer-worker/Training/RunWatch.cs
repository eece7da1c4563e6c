using System.Diagnostics;
using MassTransit;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Leases;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Training;

/// <summary>While a run trains: keeps its lease, and passes on what a person asks of it.</summary>
internal sealed class RunWatch(ClaimedRun run, IDatabase redis, RunClaims claims, WorkerOptions options, TrainingControl control, ILogger logger)
{
    private readonly RedisKey[] flags =
        [RedisKeys.Cancelled(run.Claim.RunId), RedisKeys.PauseRequested(run.Claim.RunId), RedisKeys.CheckpointRequested(run.Claim.RunId)];

    /// <summary>Runs until cancelled or until the lease is lost, in which case it cancels <paramref name="abandoned"/>.</summary>
    public async Task WatchAsync(CancellationTokenSource abandoned, CancellationToken done)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Min(options.PollSeconds, options.RenewSeconds)));
        var renewed = Stopwatch.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(done))
            {
                try
                {
                    await ReadFlagsAsync();
                    if (Stopwatch.GetElapsedTime(renewed).TotalSeconds < options.RenewSeconds)
                        continue;
                    if (!await KeepLeaseAsync(done))
                    {
                        logger.LogWarning("The lease of {RunId} is lost: its training is abandoned", run.Claim.RunId);
                        await abandoned.CancelAsync();
                        return;
                    }
                    renewed = Stopwatch.GetTimestamp();
                }
                catch (Exception exception) when (exception is RedisException or TimeoutException)
                {
                    // Nobody else can take the lease either while Redis is away.
                    logger.LogWarning("The lease of {RunId} can't be renewed now: {Fault}", run.Claim.RunId, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            logger.LogDebug("{RunId} is no longer watched", run.Claim.RunId);
        }
    }

    private async Task ReadFlagsAsync()
    {
        var values = await redis.StringGetAsync(flags);
        if (values[0].HasValue)
            control.Stop(StopReason.Cancelled);
        if (values[1].HasValue)
            control.Stop(StopReason.Paused);
        if (values[2].HasValue && await redis.KeyDeleteAsync(flags[2]))
            control.CheckpointNow();
    }

    private async Task<bool> KeepLeaseAsync(CancellationToken cancellationToken)
    {
        switch (await run.Lease.RenewAsync())
        {
            case LeaseState.Held:
                return true;
            case LeaseState.Lost:
                return false;
        }
        // Redis was restarted, or this process slept past the lease: only the database knows whether the run went to somebody else meanwhile.
        try
        {
            return await claims.AskAsync(run.Claim.RunId, run.Claim.Attempt, cancellationToken) is not null;
        }
        catch (RequestException exception)
        {
            logger.LogWarning(exception, "The store can't say whether {RunId} is still ours; training goes on", run.Claim.RunId);
            return true;
        }
    }
}
