using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>
/// Logs every run to an MLflow server as well, if <c>MLFLOW__TRACKING_URI</c> names one. Commits only note which runs they changed. What to
/// send is read from the database, which also records what the server has; so a server that is down or slow costs nothing but time, and a
/// restart of either side goes on where it was.
/// </summary>
internal sealed class MirrorJob(
    MirrorSource source, RunMirror mirror, MirrorChanges changes, MirrorLock held, Database database, IOptions<MirrorOptions> options,
    TimeProvider clock, ILogger<MirrorJob> logger)
    : BackgroundService
{
    // Between scans, runs are found by this process's commits. Scans find the changes of other replicas, and those it missed.
    private const int PassesPerScan = 6;
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    // A run's times are those of the start of a transaction, which commits later.
    private static readonly TimeSpan ScanOverlap = TimeSpan.FromMinutes(1);

    private DateTimeOffset? completeUntil;
    private long? scannedAt;
    private int failures;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsOn)
        {
            return;
        }
        await using var released = held;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PassAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Fail(exception);
            }
            await Task.Delay(DoublingPause.After(failures, options.Value.Every, MaxPause), clock, stoppingToken);
        }
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var waiting = changes.Take();
        try
        {
            if (!await held.TryHoldAsync(cancellationToken))
            {
                // Another replica sends them, and finds them by its scans.
                waiting.Clear();
                scannedAt = null;
                return;
            }
            var now = clock.GetUtcNow();
            var scans = scannedAt is not { } before || clock.GetElapsedTime(before) >= options.Value.Every * PassesPerScan;
            if (scans)
            {
                completeUntil = await BeginAsync(now, cancellationToken);
                waiting.UnionWith(await source.ChangedSinceAsync(completeUntil.Value - ScanOverlap, cancellationToken));
            }
            foreach (var runId in waiting.ToList())
            {
                await mirror.UpdateAsync(runId, cancellationToken);
                waiting.Remove(runId);
            }
            if (scans)
            {
                await CompleteAsync(now, cancellationToken);
                scannedAt = clock.GetTimestamp();
            }
        }
        finally
        {
            changes.Return(waiting);
        }
        if (failures > 0)
        {
            failures = 0;
            logger.LogInformation("The MLflow server has all runs again");
        }
    }

    /// <summary>Up to when the server has all runs. A server that is new gets the runs that change from now on.</summary>
    private Task<DateTimeOffset> BeginAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
        {
            var server = options.Value.Server;
            if (await db.MirrorStates.SingleOrDefaultAsync(row => row.Server == server, token) is { } state)
            {
                return state.CompleteUntil;
            }
            db.MirrorStates.Add(new() { Server = server, CompleteUntil = now });
            return now;
        }, cancellationToken);

    private async Task CompleteAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var server = options.Value.Server;
        await database.WriteAsync((db, token) => db.MirrorStates.Where(row => row.Server == server)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CompleteUntil, now), token), cancellationToken);
    }

    private void Fail(Exception exception)
    {
        failures++;
        if (failures > 1)
        {
            return;
        }
        if (exception is MirrorUnavailableException)
        {
            logger.LogWarning(
                "Runs can't be logged to the MLflow server {Server} (MLFLOW__TRACKING_URI) now. It gets them later: {Fault}",
                options.Value.Server, exception.Message);
        }
        else
        {
            logger.LogError(exception, "Runs could not be logged to the MLflow server (MLFLOW__TRACKING_URI); retrying");
        }
    }
}
