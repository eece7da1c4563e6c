using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Deletes the idempotency keys and the log of a run.</summary>
internal sealed class EventRemoval(Database database) : IRemoval
{
    // Occupies SQLite's single writer for a few hundredths of a second.
    private const int Chunk = 5_000;

    public async Task RemoveRunAsync(string runId, CancellationToken cancellationToken)
    {
        await database.RepeatAsync(db => db.Database.ExecuteSqlAsync(
            $"DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE run_id = {runId} LIMIT {Chunk})", cancellationToken),
            cancellationToken);
        await database.RepeatAsync(db => RequestKeys.ForgetSomeAsync(db, runId, Chunk, cancellationToken), cancellationToken);
    }

    // Senders lock the run's row, so all of their keys are visible by now and none outlives the run.
    public Task RemoveLastOfRunAsync(StoreContext db, string runId, CancellationToken cancellationToken) =>
        RequestKeys.ForgetAsync(db, runId, cancellationToken);
}
