using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>Writes the states of active runs to Redis again before they expire.</summary>
internal sealed class RunStateRefresh(Database database, RunStates states, TimeProvider clock) : IMaintenanceJob
{
    private const int ChunkSize = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long? refreshed;

    public string Name => "run states in Redis";

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (refreshed is { } before && clock.GetElapsedTime(before) < Interval)
        {
            return;
        }
        refreshed = clock.GetTimestamp();
        for (var (after, more) = ("", true); more;)
        {
            var start = after;
            var shown = await database.ReadAsync((db, token) => db.Runs
                .Where(run => run.Status == RunStatus.Running || run.Status == RunStatus.Queued)
                .Where(run => run.DeletedAt == null && run.Id.CompareTo(start) > 0)
                .OrderBy(run => run.Id).Take(ChunkSize).Select(run => new RunState(run.Id, run.Status, run.Message))
                .ToListAsync(token), cancellationToken);
            await states.ShowAsync(shown);
            (after, more) = (shown.Count == 0 ? after : shown[^1].RunId, shown.Count == ChunkSize);
        }
    }
}
