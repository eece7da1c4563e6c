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
    IOptions<RunOptions> options, TimeProvider clock, ILogger<Reconciler> logger)
    : BackgroundService
{
    private const int MaxAtOnce = 1000;

    // When a run was first seen without a lease.
    private readonly Dictionary<string, DateTimeOffset> missing = new(StringComparer.Ordinal);

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
        if (running.Count == 0)
        {
            missing.Clear();
            return;
        }
        if (await flags.WithoutLeaseAsync([.. running.Select(run => run.Id)]) is not { } gone)
        {
            missing.Clear();
            return;
        }
        var now = clock.GetUtcNow();
        foreach (var id in missing.Keys.Where(id => !gone.Contains(id)).ToList())
        {
            missing.Remove(id);
        }
        foreach (var run in running)
        {
            if (!gone.Contains(run.Id))
            {
                if (run.Asked is { } request)
                {
                    await flags.AskAsync(run.Id, request);
                }
                continue;
            }
            missing.TryAdd(run.Id, now);
            if (now - missing[run.Id] < TimeSpan.FromSeconds(Options.LeaseGraceSeconds))
            {
                continue;
            }
            missing.Remove(run.Id);
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
            .OrderBy(run => run.OfferAt).ThenBy(run => run.CreatedAt)
            .Take(MaxAtOnce)
            .Select(run => new Run
            {
                Id = run.Id,
                Name = run.Name,
                OfferAt = run.OfferAt,
                Offers = run.Offers,
                StalledAttempts = run.StalledAttempts,
            })
            .ToListAsync(token), cancellationToken);
        foreach (var run in queued.Where(run => run.IsToBeOffered(Options, now)))
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
        var now = clock.GetUtcNow();
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
                    held.TryMove(db, RunStatus.Interrupted, now);
                    held.Silent = true;
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
