using System.Diagnostics;
using MassTransit;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Renews a run's lease while it trains, and forwards requests to cancel, pause or save it.</summary>
internal sealed class RunWatch(
    ClaimedRun run, IDatabase redis, RunClaims claims, WorkerOptions options, RunControl control, ILogger logger)
{
    private readonly RedisKey[] keys =
    [
        RedisKeys.Cancelled(run.Claim.RunId), RedisKeys.PauseRequested(run.Claim.RunId), RedisKeys.CheckpointRequested(run.Claim.RunId),
        RedisKeys.Heartbeat(run.Claim.RunId),
    ];

    /// <summary>
    /// Runs until cancelled, or until the lease is lost; then it cancels <paramref name="abandoned"/>. A lease that can't be renewed
    /// lapses.
    /// </summary>
    public async Task WatchAsync(CancellationTokenSource abandoned, CancellationToken done)
    {
        // Keep the polls out of the run's trace: there are several per second.
        Activity.Current = null;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Min(options.PollSeconds, options.RenewSeconds)));
        var renewed = Stopwatch.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(done))
            {
                try
                {
                    var lease = await ReadAsync();
                    if (lease is LeaseKey.Ours && Stopwatch.GetElapsedTime(renewed).TotalSeconds < options.RenewSeconds)
                    {
                        continue;
                    }
                    if (lease is LeaseKey.Others || !await run.Lease.RenewAsync(() => IsStillOursAsync(done)))
                    {
                        logger.LogWarning("Lost the lease of {RunId}: its training is abandoned", run.Claim.RunId);
                        await abandoned.CancelAsync();
                        return;
                    }
                    renewed = Stopwatch.GetTimestamp();
                }
                catch (Exception exception) when (exception is RedisException or TimeoutException or RequestException)
                {
                    logger.LogWarning("Could not renew the lease of {RunId}, will retry: {Fault}", run.Claim.RunId, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            logger.LogDebug("Stopped renewing the lease of {RunId}", run.Claim.RunId);
        }
    }

    /// <summary>Forwards requests, and reads who holds the lease.</summary>
    private async Task<LeaseKey> ReadAsync()
    {
        var values = await redis.StringGetAsync(keys);
        if (run.Lease.IsOthers(values[3]))
        {
            return LeaseKey.Others;
        }
        if (values[0].HasValue)
        {
            control.Stop(StopReason.Cancelled);
        }
        if (values[1].HasValue)
        {
            control.Stop(StopReason.Paused);
        }
        if (values[2].HasValue && await redis.KeyDeleteAsync(keys[2]))
        {
            control.CheckpointNow();
        }
        return values[3].HasValue ? LeaseKey.Ours : LeaseKey.Missing;
    }

    private async Task<bool> IsStillOursAsync(CancellationToken cancellationToken) =>
        await claims.AskAsync(run.Claim.RunId, run.Claim.Attempt, cancellationToken) is not null;

    /// <summary>Who holds the lease. A missing one, which Redis has lost or expired by a wrong clock, is taken again at once.</summary>
    private enum LeaseKey
    {
        Ours,
        Others,
        Missing,
    }
}
