using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>
/// Copies of the values runs are ordered by, with an index, brought up to date once a run is over or quiet. An index on the
/// values themselves would be changed by every point that arrives. A run whose copies may be stale is not
/// <see cref="Run.HasSortKeys"/>, and its values are looked up instead: there are as many as there are runs at work.
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
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, "Only the last, least and greatest values are ranked."),
    });

    public string Name => "sort keys";

    /// <summary>Ranks the runs that are over or quiet, several small ones or a part of a large one in each transaction.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (await RankDueAsync(cancellationToken) == MaxRuns)
        {
        }
    }

    private async Task<int> RankDueAsync(CancellationToken cancellationToken)
    {
        var quiet = clock.GetUtcNow() - Quiet;
        var due = await database.ReadAsync((db, token) => db.Runs
            .Where(run => !run.HasSortKeys && run.DeletedAt == null
                && (run.LastHeartbeat == null || run.LastHeartbeat < quiet || (run.Status != RunStatus.Running && run.Status != RunStatus.Queued)))
            .OrderBy(run => run.Id)
            .Take(MaxRuns)
            .Select(run => new { run.Id, run.SeriesCount })
            .ToListAsync(token), cancellationToken);
        var (together, series) = (new List<string>(), 0);
        foreach (var run in due)
        {
            if (together.Count > 0 && series + run.SeriesCount > MaxSeries)
            {
                await RankAsync([.. together], cancellationToken);
                (together, series) = ([], 0);
            }
            together.Add(run.Id);
            series += run.SeriesCount;
        }
        if (together.Count > 0)
        {
            await RankAsync([.. together], cancellationToken);
        }
        return due.Count;
    }

    private async Task RankAsync(string[] runIds, CancellationToken cancellationToken)
    {
        while (!await database.WriteAsync((db, token) => RankAsync(db, runIds, token), cancellationToken))
        {
        }
    }

    /// <returns>True when nothing is left to do.</returns>
    private static async Task<bool> RankAsync(StoreContext db, string[] runIds, CancellationToken cancellationToken)
    {
        var runs = await db.LockRuns(runIds).ToListAsync(cancellationToken);
        var changed = 0;
        foreach (var run in runs)
        {
            changed += await db.Database.ExecuteSqlAsync($"""
                UPDATE series SET sort_last = last_value, sort_min = min, sort_max = max WHERE id IN (
                    SELECT id FROM series WHERE run_id = {run.Id}
                        AND (sort_last IS DISTINCT FROM last_value OR sort_min IS DISTINCT FROM min OR sort_max IS DISTINCT FROM max) LIMIT {MaxSeries})
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
