using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// Indexed copies of the values runs are ordered by, updated once a run has ended or is quiet. An index on the values themselves would
/// change with every logged point. While <see cref="Run.HasSortKeys"/> is false the copies may be stale, and searches look the values up
/// instead. That concerns only active runs.
/// </summary>
internal sealed class SortKeys(Database database, TimeProvider clock) : IMaintenanceJob
{
    private const int MaxRuns = 1000;
    private const int MaxSeries = 2000;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    public static Sql Column(Statistic statistic) => Sql.Constant(statistic switch
    {
        Statistic.Last => "s.sort_last",
        Statistic.Min => "s.sort_min",
        Statistic.Max => "s.sort_max",
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, "Only last, min and max have sort keys."),
    });

    public string Name => "sort keys";

    /// <summary>Updates runs that have ended or are quiet. A transaction covers several small runs or a part of a large one.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (await UpdateDueAsync(cancellationToken) == MaxRuns)
        {
        }
    }

    private async Task<int> UpdateDueAsync(CancellationToken cancellationToken)
    {
        var quiet = clock.GetUtcNow() - Quiet;
        var due = await database.ReadAsync((db, token) => db.Runs
            .Where(run => !run.HasSortKeys && run.DeletedAt == null
                && (run.LastHeartbeat == null || run.LastHeartbeat < quiet
                    || (run.Status != RunStatus.Running && run.Status != RunStatus.Queued)))
            .OrderBy(run => run.Id)
            .Take(MaxRuns)
            .Select(run => new { run.Id, run.SeriesCount })
            .ToListAsync(token), cancellationToken);
        var (batch, series) = (new List<string>(), 0);
        foreach (var run in due)
        {
            if (batch.Count > 0 && series + run.SeriesCount > MaxSeries)
            {
                await UpdateAsync([.. batch], cancellationToken);
                (batch, series) = ([], 0);
            }
            batch.Add(run.Id);
            series += run.SeriesCount;
        }
        if (batch.Count > 0)
        {
            await UpdateAsync([.. batch], cancellationToken);
        }
        return due.Count;
    }

    private async Task UpdateAsync(string[] runIds, CancellationToken cancellationToken)
    {
        while (!await database.WriteAsync((db, token) => UpdateAsync(db, runIds, token), cancellationToken))
        {
        }
    }

    /// <returns>True if nothing is left to do.</returns>
    private static async Task<bool> UpdateAsync(StoreContext db, string[] runIds, CancellationToken cancellationToken)
    {
        var runs = await db.LockRuns(runIds).ToListAsync(cancellationToken);
        var changed = 0;
        foreach (var run in runs)
        {
            changed += await db.Database.ExecuteSqlAsync($"""
                UPDATE series SET sort_last = last_value, sort_min = min, sort_max = max WHERE id IN (
                    SELECT id FROM series WHERE run_id = {run.Id}
                        AND (sort_last IS DISTINCT FROM last_value OR sort_min IS DISTINCT FROM min OR sort_max IS DISTINCT FROM max)
                    LIMIT {MaxSeries})
                """, cancellationToken);
            if (changed >= MaxSeries)
            {
                return false;
            }
            run.HasSortKeys = true;
        }
        return true;
    }
}
