using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Writes many idempotency keys inside the context's transaction, past the change tracker.</summary>
internal interface IKeyBulk
{
    /// <summary>Remembers keys and returns those that are new. Waits for another transaction that holds one of them.</summary>
    Task<HashSet<string>> RememberAsync(IReadOnlyCollection<RememberedKey> keys, CancellationToken cancellationToken);

    /// <summary>Makes sure that each page, given by key and run, has a row to lock.</summary>
    Task AddSequencePagesAsync(IReadOnlyDictionary<string, string> pages, CancellationToken cancellationToken);
}

internal static class KeyBulkExtensions
{
    public static IKeyBulk KeyBulk(this StoreContext db) => db.Database.IsNpgsql() ? new PostgresKeyBulk(db) : new SqliteKeyBulk(db);
}
