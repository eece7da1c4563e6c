using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Deletes the idempotency keys and the log of a run.</summary>
internal sealed class EventRemoval(Database database) : IRemoval
{
    // A few hundredths of a second of the one writer that SQLite has.
    private const int Chunk = 5_000;

    public async Task RemoveRunAsync(string runId, CancellationToken cancellationToken)
    {
        await database.RepeatAsync(db => db.Database.ExecuteSqlAsync(
            $"DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE run_id = {runId} LIMIT {Chunk})", cancellationToken), cancellationToken);
        await database.RepeatAsync(db => RequestKeys.ForgetSomeAsync(db, runId, Chunk, cancellationToken), cancellationToken);
    }

    // A sender that still reported to the run held its row, so its keys are visible by now: none outlives the run.
    public Task RemoveLastOfRunAsync(StoreContext db, string runId, CancellationToken cancellationToken) =>
        RequestKeys.ForgetAsync(db, runId, cancellationToken);
}
