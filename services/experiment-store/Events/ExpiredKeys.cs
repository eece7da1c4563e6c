using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Forgets keys that nobody repeats any more, some at a time: one statement for all would grow with what it is to delete, and begin anew where it was stopped.</summary>
internal sealed class ExpiredKeys(Database database, TimeProvider clock) : IMaintenanceJob
{
    // A few hundredths of a second of the one writer that SQLite has.
    private const int Chunk = 5_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan BetweenPurges = TimeSpan.FromHours(1);

    private long? purged;

    public string Name => "expired keys";

    /// <summary>Forgets what is a week old, once an hour.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (purged is { } before && clock.GetElapsedTime(before) < BetweenPurges)
        {
            return;
        }
        var old = clock.GetUtcNow() - Kept;
        while (await database.WriteAsync((db, token) => db.Keys
            .Where(key => db.Set<RememberedKey>().Where(one => one.StoredAt < old).OrderBy(one => one.StoredAt).Take(Chunk).Select(one => one.Key).Contains(key.Key))
            .ExecuteDeleteAsync(token), cancellationToken) == Chunk)
        {
        }
        purged = clock.GetTimestamp();
    }
}
