using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Runs a prepared statement per row.</summary>
internal sealed class SqliteKeyBulk(StoreContext db) : IKeyBulk
{
    public Task<HashSet<string>> RememberAsync(IReadOnlyCollection<RememberedKey> keys, CancellationToken cancellationToken)
    {
        var remembered = new HashSet<string>(StringComparer.Ordinal);
        if (keys.Count == 0)
        {
            return Task.FromResult(remembered);
        }
        using var insert = Statement("INSERT OR IGNORE INTO remembered_keys (key, run_id, body_hash, stored_at) VALUES (?1, ?2, ?3, ?4)");
        foreach (var key in keys)
        {
            if (insert.Bind(1, key.Key).Bind(2, key.RunId).Bind(3, key.BodyHash).Bind(4, UnixTime.ToMicroseconds(key.StoredAt)).Run() == 1)
            {
                remembered.Add(key.Key);
            }
        }
        return Task.FromResult(remembered);
    }

    public Task AddSequencePagesAsync(IReadOnlyDictionary<string, string> pages, CancellationToken cancellationToken)
    {
        using var insert = Statement("INSERT OR IGNORE INTO sequence_pages (key, run_id, body_hashes) VALUES (?1, ?2, ?3)");
        foreach (var (key, runId) in pages)
        {
            insert.Bind(1, key).Bind(2, runId).Bind(3, SequencePage.Empty).Run();
        }
        return Task.CompletedTask;
    }

    private SqliteStatement Statement(string sql) => new((SqliteConnection)db.Database.GetDbConnection(), sql);
}
