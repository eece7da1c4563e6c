using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps.Trainers;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>
/// Advances sweeps: settles trials whose runs have ended, prunes, and starts the next trials. Every replica runs one. Each decision is one
/// transaction that locks the sweep's row, so no trial is doubled or lost.
/// </summary>
internal sealed class SweepDriver(
    Database database, TrialLauncher launcher, PruningJudge judge, RunFlags flags, SweepSignals signals,
    IOptions<SweepOptions> options, IOptions<TrainerOptions> trainers, TimeProvider clock, SettledClock settled,
    ILogger<SweepDriver> logger)
    : BackgroundService
{
    private const int MaxStartedAtOnce = 20;
    private const int FailuresThatPause = 5;
    private const string Silent = "TRAINER_SILENT";

    // The step at which a trial was last judged. Judging it there again has a cost and the same result.
    private readonly Dictionary<string, long> judgedAt = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AdvanceAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Sweeps could not be advanced; retrying");
            }
            await signals.Runs.WaitAsync(options.Value.CheckEvery, stoppingToken);
        }
    }

    /// <summary>Runs one pass over all sweeps.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        await FailSilentAsync(cancellationToken);
        foreach (var id in await database.ReadAsync(WaitingAsync, cancellationToken))
        {
            try
            {
                while (await database.WriteAsync((db, token) => AdvanceAsync(db, id, token), cancellationToken))
                {
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A failing sweep must not block the others.
                logger.LogError(exception, "Sweep {SweepId} could not be advanced; retrying", id);
            }
        }
        await PruneAsync(cancellationToken);
    }

    /// <summary>Fails trials whose trainer has died: they would count as running for ever.</summary>
    private async Task FailSilentAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var cutoff = settled.Now - trainers.Value.MaxSilence;
        var silent = await database.ReadAsync((db, token) => (
            from trial in db.SweepTrials
            join run in db.Runs on trial.RunId equals run.Id
            where (trial.State == TrialOutcome.Pending || trial.State == TrialOutcome.Pruning)
                && run.Kind == RunKind.External && run.Status == RunStatus.Interrupted && run.LastHeartbeat < cutoff
            orderby run.LastHeartbeat
            select run.Id).Take(MaxStartedAtOnce).ToListAsync(token), cancellationToken);
        foreach (var id in silent)
        {
            await database.WriteAsync(async (db, token) =>
            {
                if (await db.LockRuns([id]).SingleOrDefaultAsync(token) is { Status: RunStatus.Interrupted, DeletedAt: null } run
                    && run.LastHeartbeat < cutoff)
                {
                    (run.Message, run.ErrorKind) = ($"No heartbeat for {trainers.Value.MaxSilence.TotalSeconds} s.", Silent);
                    run.TryMove(db, RunStatus.Failed, now);
                }
            }, cancellationToken);
        }
    }

    /// <summary>The sweeps that have work to do.</summary>
    private static async Task<List<string>> WaitingAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var open = db.SweepTrials.Where(trial => trial.State == TrialOutcome.Pending || trial.State == TrialOutcome.Pruning);
        return await db.Sweeps
            .Where(sweep => sweep.State == SweepState.Running || open.Any(trial => trial.SweepId == sweep.Id))
            .Where(sweep =>
                open.Any(trial => trial.SweepId == sweep.Id && !db.Set<Run>().Any(run => run.Id == trial.RunId && run.DeletedAt == null
                    && (run.Status == RunStatus.Queued || run.Status == RunStatus.Running || run.Status == RunStatus.Interrupted)))
                || (sweep.State == SweepState.Running && (
                    (sweep.Trainer != Sweep.External && sweep.Trials < sweep.MaxTrials
                        && open.Count(trial => trial.SweepId == sweep.Id) < sweep.MaxConcurrent)
                    || (sweep.Trials >= sweep.MaxTrials && !open.Any(trial => trial.SweepId == sweep.Id)))))
            .OrderBy(sweep => sweep.CreatedAt)
            .Select(sweep => sweep.Id)
            .ToListAsync(cancellationToken);
    }

    /// <returns>Whether another pass may find more to do.</returns>
    private async Task<bool> AdvanceAsync(StoreContext db, string sweepId, CancellationToken cancellationToken)
    {
        if (await db.LockSweep(sweepId).SingleOrDefaultAsync(cancellationToken) is not { } sweep)
        {
            return false;
        }
        var plan = SweepPlan.Of(sweep);
        await TrialSettling.SettleAsync(db, sweep, plan, cancellationToken);
        await PauseWhenHopelessAsync(db, sweep, cancellationToken);
        var trials = await db.SweepTrials.Where(trial => trial.SweepId == sweepId).ToListAsync(cancellationToken);
        var started = 0;
        while (sweep is { State: SweepState.Running, Trainer: not Sweep.External } && sweep.Trials < sweep.MaxTrials
            && started < MaxStartedAtOnce && trials.Count(IsOpen) < sweep.MaxConcurrent)
        {
            var point = plan.Next(trials)
                ?? throw new InvalidOperationException($"Sweep {sweep.Id} ran out of points after {sweep.Trials} of {sweep.MaxTrials}.");
            trials.Add(await launcher.LaunchAsync(db, sweep, plan, point, Identifier.Create("run"), askedWith: null, cancellationToken));
            started++;
        }
        if (sweep.State is SweepState.Running && sweep.Trials >= sweep.MaxTrials && !trials.Exists(IsOpen))
        {
            (sweep.State, sweep.EndedAt) = (SweepState.Finished, clock.GetUtcNow());
        }
        return started > 0;
    }

    /// <summary>Pauses a sweep whose first trials all fail.</summary>
    private static async Task PauseWhenHopelessAsync(StoreContext db, Sweep sweep, CancellationToken cancellationToken)
    {
        if (sweep is not { State: SweepState.Running, Trainer: not Sweep.External })
        {
            return;
        }
        await db.SaveChangesAsync(cancellationToken);
        var ended = await db.SweepTrials
            .Where(trial => trial.SweepId == sweep.Id && trial.Number >= sweep.TrustedFrom
                && trial.State != TrialOutcome.Pending && trial.State != TrialOutcome.Pruning)
            .OrderBy(trial => trial.Number)
            .Take(FailuresThatPause)
            .ToListAsync(cancellationToken);
        if (ended.Count == FailuresThatPause && ended.TrueForAll(trial => trial.State is TrialOutcome.Failed))
        {
            sweep.State = SweepState.Paused;
            sweep.Message = StorableText.Clean($"paused: the first {FailuresThatPause} trials failed; the last: {ended[^1].Message}", 1024);
        }
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var candidates = await database.ReadAsync((db, token) => (
            from sweep in db.Sweeps
            join trial in db.SweepTrials on sweep.Id equals trial.SweepId
            join run in db.Runs on trial.RunId equals run.Id
            where sweep.Prunes && trial.State == TrialOutcome.Pending && run.Status == RunStatus.Running && run.DeletedAt == null
            select new { Sweep = sweep, trial.RunId }).ToListAsync(token), cancellationToken);
        foreach (var gone in judgedAt.Keys.Except(candidates.Select(candidate => candidate.RunId), StringComparer.Ordinal).ToList())
        {
            judgedAt.Remove(gone);
        }
        foreach (var candidate in candidates)
        {
            var plan = SweepPlan.Of(candidate.Sweep);
            var reached = await database.ReadAsync((db, token) => db.Series
                .Where(series => series.RunId == candidate.RunId && series.Name == plan.Objective.Metric)
                .Select(series => series.LastStep)
                .SingleOrDefaultAsync(token), cancellationToken);
            if (reached is not { } step || plan.Pruner?.LookAt(step) is not { } at || judgedAt.GetValueOrDefault(candidate.RunId, -1) == at)
            {
                continue;
            }
            judgedAt[candidate.RunId] = at;
            var judgement = await database.ReadAsync((db, token) =>
                judge.JudgeAsync(db, candidate.Sweep.Id, plan, candidate.RunId, step: null, value: null, token), cancellationToken);
            if (judgement.Prune && await database.WriteAsync((db, token) => TrialSettling.PruneAsync(
                db, candidate.Sweep.Id, plan, candidate.RunId, judgement, clock.GetUtcNow(), token), cancellationToken))
            {
                await flags.AskAsync(candidate.RunId, RunRequest.Cancel);
            }
        }
    }

    private static bool IsOpen(SweepTrial trial) => trial.State is TrialOutcome.Pending or TrialOutcome.Pruning;
}
