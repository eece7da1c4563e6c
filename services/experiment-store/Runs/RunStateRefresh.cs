using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Live;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>Shows the states of runs that are not over again before Redis forgets them.</summary>
internal sealed class RunStateRefresh(Database database, RunStates states, TimeProvider clock) : IMaintenanceJob
{
    private const int AtOnce = 1000;
    private static readonly TimeSpan Between = TimeSpan.FromHours(1);

    private long? refreshed;

    public string Name => "run states in Redis";

    /// <summary>Shows the runs that are not over again, once an hour.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (refreshed is { } before && clock.GetElapsedTime(before) < Between)
        {
            return;
        }
        refreshed = clock.GetTimestamp();
        for (var (after, more) = ("", true); more;)
        {
            var start = after;
            var shown = await database.ReadAsync((db, token) => db.Runs
                .Where(run => (run.Status == RunStatus.Running || run.Status == RunStatus.Queued) && run.DeletedAt == null && run.Id.CompareTo(start) > 0)
                .OrderBy(run => run.Id).Take(AtOnce).Select(run => new RunState(run.Id, run.Status, run.Message)).ToListAsync(token), cancellationToken);
            await states.ShowAsync(shown);
            (after, more) = (shown.Count == 0 ? after : shown[^1].RunId, shown.Count == AtOnce);
        }
    }
}
