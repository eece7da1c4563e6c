using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>
/// Deletes expired keys in chunks. A single statement would grow with the backlog and lose its progress when interrupted.
/// </summary>
internal sealed class ExpiredKeys(Database database, TimeProvider clock, SettledClock settled) : IMaintenanceJob
{
    // Occupies SQLite's single writer for a few hundredths of a second.
    private const int Chunk = 5_000;
    private static readonly TimeSpan Expiry = TimeSpan.FromDays(7);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long? purged;

    public string Name => "expired keys";

    /// <summary>Deletes keys older than a week, once an hour.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (purged is { } before && clock.GetElapsedTime(before) < Interval)
        {
            return;
        }
        var old = settled.Now - Expiry;
        while (await database.WriteAsync((db, token) => db.Keys
            .Where(key => db.Set<RememberedKey>()
                .Where(expired => expired.StoredAt < old).OrderBy(expired => expired.StoredAt).Take(Chunk)
                .Select(expired => expired.Key).Contains(key.Key))
            .ExecuteDeleteAsync(token), cancellationToken) == Chunk)
        {
        }
        purged = clock.GetTimestamp();
    }
}
