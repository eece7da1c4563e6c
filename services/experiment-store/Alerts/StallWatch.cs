using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Polls for silent runs, since a silent run has no transaction that could trigger a rule.</summary>
internal sealed class StallWatch(Database database, AlertRules rules, AlertWatch watch, IOptions<RunOptions> options, SettledClock clock)
{
    private const int MaxAtOnce = 1000;

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var stalled = (await database.ReadAsync((db, token) => rules.CurrentAsync(db, token).AsTask(), cancellationToken)).Stalled;
        foreach (var rule in stalled)
        {
            foreach (var runId in await SilentAsync(rule, cancellationToken))
            {
                await database.WriteAsync(async (db, token) =>
                {
                    if (await db.LockRuns([runId]).SingleOrDefaultAsync(token) is { DeletedAt: null } run && IsStalled(rule, run))
                    {
                        var silent = clock.Now - run.LastHeartbeat.GetValueOrDefault();
                        var message = $"The run has sent nothing for {silent.TotalSeconds:0} s.";
                        await watch.FireAsync(db, [new(rule, run, run.Attempt, message)], token);
                    }
                }, cancellationToken);
            }
        }
    }

    /// <summary>Silent runs for which the rule has not fired. Excludes runs that were silent before the rule was created.</summary>
    private async Task<List<string>> SilentAsync(AlertRule rule, CancellationToken cancellationToken)
    {
        var minSilence = rule.AfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Value.ShortestSilence;
        var lastHeardBefore = clock.Now - minSilence;
        var quiet = await database.ReadAsync((db, token) => db.Runs
            .Where(run => run.Status == RunStatus.Running
                || (run.Status == RunStatus.Interrupted && run.Silent && run.UpdatedAt > rule.CreatedAt))
            .Where(run => run.LastHeartbeat < lastHeardBefore && run.DeletedAt == null
                && (rule.RunId == null || run.Id == rule.RunId) && (rule.ExperimentId == null || run.ExperimentId == rule.ExperimentId)
                && !db.Set<AlertFiring>().Any(
                    firing => firing.RunId == run.Id && firing.AlertId == rule.Id && firing.Attempt == run.Attempt))
            .OrderBy(run => run.LastHeartbeat)
            .Take(MaxAtOnce)
            .ToListAsync(token), cancellationToken);
        return [.. quiet.Where(run => IsStalled(rule, run)).Select(run => run.Id)];
    }

    private bool IsStalled(AlertRule rule, Run run) =>
        run is { Status: RunStatus.Running } or { Status: RunStatus.Interrupted, Silent: true }
        && (rule.AfterSeconds is { } seconds
            ? clock.Now - run.LastHeartbeat > TimeSpan.FromSeconds(seconds)
            : RunSilence.IsSilent(run.LastHeartbeat, run.ExpectNextIn, options.Value, clock.Now));
}
