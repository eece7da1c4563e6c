using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Writes idempotency keys in bulk inside the context's transaction, bypassing the change tracker.</summary>
internal interface IKeyBulk
{
    /// <summary>Inserts keys and returns the new ones. Waits for concurrent transactions that insert the same keys.</summary>
    Task<HashSet<string>> RememberAsync(IReadOnlyCollection<RememberedKey> keys, CancellationToken cancellationToken);

    /// <summary>Inserts missing rows for pages, given by key and run, so that they can be locked.</summary>
    Task AddSequencePagesAsync(IReadOnlyDictionary<string, string> pages, CancellationToken cancellationToken);
}

internal static class KeyBulkExtensions
{
    public static IKeyBulk KeyBulk(this StoreContext db) => db.Database.IsNpgsql() ? new PostgresKeyBulk(db) : new SqliteKeyBulk(db);
}
