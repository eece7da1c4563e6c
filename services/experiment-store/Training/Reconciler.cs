using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Alerts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Training.Evaluations;

namespace Trainyard.ExperimentStore.Training;

/// <summary>
/// Compares runs in the database with their leases and heartbeats, and repairs what a dead process has left. Every replica runs one. Each
/// change locks the run's row and checks again.
/// </summary>
internal sealed class Reconciler(
    Database database, RunFlags flags, EvaluationWatch evaluations, StallWatch stalls, AlertPublisher alerts,
    IOptions<RunOptions> options, TimeProvider clock, SettledClock settled, ILogger<Reconciler> logger)
    : BackgroundService
{
    private const int MaxAtOnce = 1000;

    private readonly MissingLeases missing = new(options.Value, clock);

    private RunOptions Options => options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Options.ReconcileEverySeconds), clock);
        do
        {
            try
            {
                await ReconcileAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Reconciling failed; retrying");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await AbandonedAsync(cancellationToken);
        await QueuedAsync(cancellationToken);
        await evaluations.CheckAsync(cancellationToken);
        await SilentAsync(cancellationToken);
        await stalls.CheckAsync(cancellationToken);
        await alerts.RepeatAsync(cancellationToken);
    }

    /// <summary>Queues the next attempt of our runs whose lease has been missing for longer than the grace.</summary>
    private async Task AbandonedAsync(CancellationToken cancellationToken)
    {
        var running = await database.ReadAsync((db, token) => db.Runs
            .Where(run => run.Kind == RunKind.Own && run.Status == RunStatus.Running)
            .OrderBy(run => run.Id)
            .Select(run => new { run.Id, run.Attempt, run.Asked })
            .ToListAsync(token), cancellationToken);
        if (await flags.WithoutLeaseAsync([.. running.Select(run => run.Id)]) is not { } gone)
        {
            missing.Clear();
            return;
        }
        var now = clock.GetUtcNow();
        var abandoned = missing.Abandoned([.. running.Where(run => gone.Contains(run.Id)).Select(run => (run.Id, run.Attempt))]);
        foreach (var run in running)
        {
            if (run.Asked is { } request && !gone.Contains(run.Id))
            {
                await flags.AskAsync(run.Id, request);
            }
            if (!abandoned.Contains(run.Id))
            {
                continue;
            }
            logger.LogWarning("Run {RunId} is running, but no worker holds its lease; its next attempt is queued", run.Id);
            await ChangeAsync(run.Id, (db, held) =>
            {
                if (held.Status is RunStatus.Running && held.Attempt == run.Attempt)
                {
                    held.Abandon(db, Options, now);
                }
            }, cancellationToken);
        }
    }

    /// <summary>Offers queued runs until a worker claims them.</summary>
    private async Task QueuedAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var queued = await database.ReadAsync((db, token) => db.Runs
            .Where(run => run.Kind == RunKind.Own && run.Status == RunStatus.Queued)
            .DueAsync(
                run => run.OfferAt,
                run => run.OfferDelay(Options),
                run => new Run
                {
                    Id = run.Id,
                    Name = run.Name,
                    OfferAt = run.OfferAt,
                    Offers = run.Offers,
                    StalledAttempts = run.StalledAttempts,
                },
                now, MaxAtOnce, token), cancellationToken);
        foreach (var run in queued)
        {
            await ChangeAsync(run.Id, (db, held) =>
            {
                if (held.Status is RunStatus.Queued && held.IsToBeOffered(Options, now))
                {
                    held.Offer(db, Options, now);
                }
            }, cancellationToken);
        }
    }

    /// <summary>Interrupts external runs whose heartbeat is overdue.</summary>
    private async Task SilentAsync(CancellationToken cancellationToken)
    {
        await CorrectHeartbeatsAsync(cancellationToken);
        var now = settled.Now;
        var cutoff = now - TimeSpan.FromSeconds(Math.Min(Options.MinSilenceSeconds, Options.SilenceSeconds));
        var quiet = await database.ReadAsync((db, token) => db.Runs
            .Where(run => run.Kind == RunKind.External && run.Status == RunStatus.Running && run.LastHeartbeat < cutoff)
            .OrderBy(run => run.LastHeartbeat)
            .Take(MaxAtOnce)
            .Select(run => new { run.Id, run.LastHeartbeat, run.ExpectNextIn })
            .ToListAsync(token), cancellationToken);
        foreach (var run in quiet.Where(run => RunSilence.IsSilent(run.LastHeartbeat, run.ExpectNextIn, Options, now)))
        {
            await ChangeAsync(run.Id, (db, held) =>
            {
                if (held.Status is RunStatus.Running && RunSilence.IsSilent(held.LastHeartbeat, held.ExpectNextIn, Options, now))
                {
                    held.Message = $"No heartbeat for {(now - held.LastHeartbeat)?.TotalSeconds ?? 0:0} s.";
                    held.TryMove(db, RunStatus.Interrupted, clock.GetUtcNow());
                    held.Silent = true;
                }
            }, cancellationToken);
        }
    }

    /// <summary>Counts silence from now if the clock was ahead when the last heartbeat came.</summary>
    private async Task CorrectHeartbeatsAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var future = now + DueTimes.Tolerance;
        var ahead = await database.ReadAsync((db, token) => db.Runs
            .Where(run => (run.Status == RunStatus.Running || run.Status == RunStatus.Interrupted) && run.LastHeartbeat > future)
            .OrderBy(run => run.Id)
            .Take(MaxAtOnce)
            .Select(run => run.Id)
            .ToListAsync(token), cancellationToken);
        foreach (var id in ahead)
        {
            await ChangeAsync(id, (_, held) =>
            {
                if (held.LastHeartbeat > future)
                {
                    held.LastHeartbeat = now;
                }
            }, cancellationToken);
        }
    }

    private Task ChangeAsync(string runId, Action<StoreContext, Run> change, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
    {
        if (await db.LockRuns([runId]).SingleOrDefaultAsync(token) is { DeletedAt: null } held)
        {
            change(db, held);
        }
    }, cancellationToken);
}
